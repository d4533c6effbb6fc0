// Experiments that have run, kept for as long as the program is the same.
using System.Security.Cryptography;
using System.Text;

namespace Tlpipe.Tests;

/// <summary>
/// A folder for each experiment, named after the program's files and the recipe: all tests of a build, in every process, share one run. A test gets a
/// copy, because it may damage it.
/// </summary>
internal static class Finished
{
    private const string AnyFolder = "/the-folder-of-a-finished-experiment";
    private static readonly TimeSpan Kept = TimeSpan.FromHours(2);
    private static readonly Lazy<string> Program = new(HashOfTheProgram);

    private static string Folder => Path.Combine(TestFolders.Shared, "finished");

    /// <summary>Fills a folder with what a run leaves in an empty one.</summary>
    /// <param name="target">The folder to fill.</param>
    /// <param name="recipe">Everything that decides what the run does, beside the program.</param>
    /// <param name="run">Runs it in the folder that it is given.</param>
    public static void CopyTo(string target, string recipe, Action<string> run)
    {
        var place = Path.Combine(Folder, Hash($"{Program.Value}\n{recipe}"));
        Directory.CreateDirectory(Folder);
        using (var taken = Tlpipe.Engine.Files.Posix.OpenToAppend(place + ".lock"))
        {
            Tlpipe.Engine.Files.Posix.Lock(taken);
            if (!Directory.Exists(place))
                Make(place, run);
            Directory.SetLastWriteTimeUtc(place, DateTime.UtcNow);
        }
        CopyFolder(place, target);
        Rename(target, AnyFolder, target);
    }

    private static void Make(string place, Action<string> run)
    {
        foreach (var old in Directory.EnumerateDirectories(Folder).Where(folder => Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow - Kept))
            Directory.Delete(old, recursive: true);
        using var made = new TemporaryFolder();
        run(made.Path);
        // Its name is there only with everything in it.
        Directory.CreateDirectory(place + ".part");
        CopyFolder(made.Path, place + ".part");
        Rename(place + ".part", made.Path, AnyFolder);
        Directory.Move(place + ".part", place);
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy, overwrite: true);
        }
    }

    /// <summary>Records of runs, and what a store keeps of them, name the folder that they ran in.</summary>
    private static void Rename(string folder, string from, string to)
    {
        string[] places = [Path.Combine(folder, ".tlpipe", "runs"), Path.Combine(folder, ".tlpipe", "store", "roots")];
        foreach (var path in places.Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, "*", SearchOption.AllDirectories)))
            File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
    }

    private static string HashOfTheProgram()
    {
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(TlpipeProcess.Executable)!, "*.dll")
            .Where(path => Path.GetFileName(path).StartsWith("tlpipe", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
        return string.Join('\n', files.Select(path => $"{path} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}"));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
