// Where tests find their files; compiled into every test project.
namespace Tlpipe.TestSupport;

/// <summary>Paths of the repository's own golden files, and of the folder beside it that not every machine has.</summary>
internal static class TestFiles
{
    /// <summary>The folder that holds TransferLearning.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A file or folder under tests/Goldens.</summary>
    public static string Golden(params string[] parts) => Path.Combine([Repository, "tests", "Goldens", .. parts]);

    /// <summary>A file or folder under ../shared; skips the test where it is missing.</summary>
    public static string Shared(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Repository, "..", "shared", .. parts]));
        Assert.SkipUnless(Path.Exists(path), $"needs {Path.Combine(["shared", .. parts])} beside the repository");
        return path;
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TransferLearning.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("TransferLearning.sln is in no folder above the tests");
    }
}
