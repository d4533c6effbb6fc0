// The record of one run: the request, the resolved config, and the events.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Engine.Runs;

/// <summary>The request for a run.</summary>
/// <param name="Number">Its number among the runs below one root.</param>
/// <param name="Name">The pipeline's name.</param>
/// <param name="Config">The config's full path.</param>
/// <param name="Folder">The folder that it was started in. Paths in <c>-p</c> are relative to it.</param>
/// <param name="Properties">The <c>-p</c> arguments, as <c>name=value</c>.</param>
/// <param name="Targets">The wanted stages; empty for all.</param>
/// <param name="Forced">The forced stages.</param>
/// <param name="Store">The store's folder.</param>
/// <param name="Started">When it began, UTC.</param>
/// <param name="Host">The machine.</param>
/// <param name="Process">The process's number there.</param>
/// <param name="Version">The version of tlpipe.</param>
public sealed record RunRequest(
    int Number,
    string Name,
    string Config,
    string Folder,
    IReadOnlyList<string> Properties,
    IReadOnlyList<string> Targets,
    IReadOnlyList<string> Forced,
    string Store,
    DateTimeOffset Started,
    string Host,
    int Process,
    string Version);

/// <summary>
/// A folder <c>&lt;root&gt;/.tlpipe/runs/&lt;number&gt;</c> with <c>run.json</c> (the request), <c>resolved.json</c> (the config with everything
/// expanded, and the source of each value) and <c>events.jsonl</c> (a line for each event). Nothing that tlpipe does deletes it, and it does
/// not depend on outputs/.
/// </summary>
public sealed class RunFolder
{
    private const string RequestFile = "run.json";
    private const string ResolvedFile = "resolved.json";
    private const string EventsFile = "events.jsonl";

    /// <summary>How many of the newest runs <see cref="KeysOf"/> reads.</summary>
    private const int RunsWithKeys = 100;

    private RunFolder(string path, RunRequest request)
    {
        Path = path;
        Request = request;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    public RunRequest Request { get; }

    /// <summary>The file of the events.</summary>
    public string Events => System.IO.Path.Combine(Path, EventsFile);

    /// <summary>The folder of the recorded runs below a root.</summary>
    public static string Below(string root) => System.IO.Path.Combine(root, ".tlpipe", "runs");

    /// <summary>Creates the folder of a new run, with the next free number.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="request">The request; its number is filled in.</param>
    /// <exception cref="PipelineException">The folder cannot be written to.</exception>
    public static RunFolder Create(Pipeline pipeline, RunRequest request)
    {
        var runs = Below(pipeline.Root);
        try
        {
            Directory.CreateDirectory(runs);
            for (var number = Numbers(runs).DefaultIfEmpty(0).Max() + 1; ; number++)
            {
                var path = System.IO.Path.Combine(runs, number.ToString(CultureInfo.InvariantCulture));
                // A complete draft is renamed to the number. If another run has taken the number, the next one is tried.
                var draft = System.IO.Path.Combine(runs, $"draft-{Guid.NewGuid():n}");
                Directory.CreateDirectory(draft);
                var numbered = request with { Number = number };
                File.WriteAllText(System.IO.Path.Combine(draft, RequestFile), ToJson(numbered));
                File.WriteAllText(System.IO.Path.Combine(draft, ResolvedFile), ResolvedPipeline.Of(pipeline).ToJson());
                if (TryMove(draft, path))
                    return new RunFolder(path, numbered);
                Directory.Delete(draft, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Store, $"the run cannot be recorded in {runs}: {e.Message}");
        }
    }

    /// <summary>The runs below a root, the newest last. Folders without a readable record are skipped.</summary>
    public static IReadOnlyList<RunFolder> All(string root)
    {
        var runs = Below(root);
        return [.. Numbers(runs).Order().Select(n => Open(System.IO.Path.Combine(runs, n.ToString(CultureInfo.InvariantCulture)))).OfType<RunFolder>()];
    }

    /// <summary>A run by its folder; null if the folder has no readable record.</summary>
    public static RunFolder? Open(string path)
    {
        try
        {
            var request = JsonSerializer.Deserialize(File.ReadAllText(System.IO.Path.Combine(path, RequestFile)), RunsJson.Readable.RunRequest);
            return request is null ? null : new RunFolder(path, request);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The keys that the last runs below a root had results of, the newest last.</summary>
    public static IReadOnlyList<RecordedKey> KeysOf(string root) =>
    [
        .. from run in All(root).TakeLast(RunsWithKeys)
           from happened in EventLine.Read(run)
           where happened is { Key: not null, Stage: not null }
           select new RecordedKey(happened.Key!, happened.Stage!, run.Request.Number),
    ];

    /// <summary>The resolved config of this run.</summary>
    /// <exception cref="PipelineException">The record is damaged.</exception>
    public ResolvedPipeline Resolved()
    {
        try
        {
            return ResolvedPipeline.FromJson(File.ReadAllText(System.IO.Path.Combine(Path, ResolvedFile)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PipelineException(null, ErrorCode.UnknownRun, $"the record of run {Request.Number} in {Path} cannot be read: {e.Message}");
        }
    }

    // Member by member, for the same reason as in EventLine.
    private static string ToJson(RunRequest request) => new JsonObject
    {
        ["number"] = request.Number,
        ["name"] = request.Name,
        ["config"] = request.Config,
        ["folder"] = request.Folder,
        ["properties"] = Texts(request.Properties),
        ["targets"] = Texts(request.Targets),
        ["forced"] = Texts(request.Forced),
        ["store"] = request.Store,
        ["started"] = request.Started.ToString("O", CultureInfo.InvariantCulture),
        ["host"] = request.Host,
        ["process"] = request.Process,
        ["version"] = request.Version,
    }.ToJsonString(RunsJson.Readable.Options);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static IEnumerable<int> Numbers(string runs) =>
        !Directory.Exists(runs) ? [] : Directory.EnumerateDirectories(runs)
            .Select(path => int.TryParse(System.IO.Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0);

    private static bool TryMove(string draft, string path)
    {
        if (Directory.Exists(path))
            return false;
        try
        {
            Directory.Move(draft, path);
            return true;
        }
        catch (IOException) when (Directory.Exists(path))
        {
            return false;
        }
    }
}
