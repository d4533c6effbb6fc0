// A wrong config of tests/WrongConfigs: its file, what is given with -p, and the lines that the user sees.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages;

namespace Tlpipe.Tests.Config;

/// <summary>
/// <c>NAME.yaml</c> and <c>NAME.txt</c>: the expected lines, before them <c># -p name=value</c> for what is given on the command line and
/// <c># a schema refuses it</c>. Files that it imports stand in the folder <c>NAME</c>.
/// </summary>
internal sealed record WrongConfig(string Name, IReadOnlyList<(string, string)> Given, bool IsRefusedBySchema, string[] Lines)
{
    private const string GivenMark = "# -p ";

    public static string Folder { get; } = Path.Combine(TestFiles.Repository, "tests", "WrongConfigs");

    public static StageCatalog Catalog { get; } = StageKinds.Catalog;

    public static IReadOnlyList<WrongConfig> All { get; } =
        [.. Directory.GetFiles(Folder, "*.txt").Order(StringComparer.Ordinal).Select(Read)];

    public string FileName => Name + ".yaml";

    public string Text => File.ReadAllText(Path.Combine(Folder, FileName));

    /// <summary>The lines of loading it.</summary>
    public string[] Load()
    {
        try
        {
            Pipeline.Load(FileName, Given, Catalog, Folder);
            return [];
        }
        catch (PipelineException problem)
        {
            return [.. problem.Diagnostics.Select(diagnostic => diagnostic.ToString())];
        }
    }

    private static WrongConfig Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return new WrongConfig(
            Path.GetFileNameWithoutExtension(path),
            [.. lines.Where(line => line.StartsWith(GivenMark, StringComparison.Ordinal)).Select(line => line[GivenMark.Length..].Split('=', 2)).Select(pair => (pair[0], pair[1]))],
            lines.Contains("# a schema refuses it"),
            [.. lines.Where(line => !line.StartsWith('#'))]);
    }
}
