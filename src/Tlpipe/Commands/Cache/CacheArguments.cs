// Arguments and output that the commands for a store share.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Units;
using Tlpipe.Stages;

namespace Tlpipe.Commands.Cache;

/// <summary>A store that exists, and whether to answer in JSON.</summary>
internal sealed class CacheArguments
{
    private const int KeyDigits = 10;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Option<string?> store = new("--store")
    {
        Description = "The folder of results; else TLPIPE_STORE, else .tlpipe/store in this folder or one above it",
        HelpName = "DIR",
    };

    private readonly Option<bool> json = new("--json") { Description = "Answers in JSON" };

    public void AddTo(Command command)
    {
        command.Add(store);
        command.Add(json);
    }

    /// <summary>Whether to answer in JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>Opens the store.</summary>
    /// <exception cref="PipelineException">There is no store, and these commands do not create one.</exception>
    public ResultStore Open(ParseResult parsed, bool create = false)
    {
        var named = parsed.GetValue(store) ?? (Environment.GetEnvironmentVariable("TLPIPE_STORE") is { Length: > 0 } variable ? variable : null);
        var path = named ?? Above(Environment.CurrentDirectory);
        if (path is null)
            throw new PipelineException(null, ErrorCode.NoStore, "there is no .tlpipe/store in this folder or one above it; give the store's folder with --store");
        if (!create && !File.Exists(Path.Combine(path, "FORMAT")))
            throw new PipelineException(null, ErrorCode.NoStore, $"there is no store in {path}; a run makes one, or give another folder with --store");
        return ResultStore.Open(path, StageKinds.Catalog);
    }

    /// <summary>Writes an answer as JSON.</summary>
    public static void WriteJson(object answer) => Console.WriteLine(JsonSerializer.Serialize(answer, JsonOptions));

    /// <summary>A key, shortened for tables.</summary>
    public static string Short(string key) => key[..KeyDigits];

    /// <summary>A result's name: <c>pipeline/stage</c>, or its kind if neither a run of it nor a pin is recorded.</summary>
    public static string NameOf(InventoryEntry entry) =>
        entry.LastRun is { } run ? $"{run.Note.Name}/{entry.Stage}" : entry.Pin is { Name.Length: > 0 } pin ? pin.Name : entry.Stage;

    /// <summary>The columns that a table of results takes, so that it can be read in any terminal.</summary>
    public const int LineWidth = 80;

    /// <summary>An option that is a time.</summary>
    public static Option<TimeSpan> Time(string name, string description, TimeSpan otherwise) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = Token(result);
            if (Duration.Parse(text) is { } time)
                return time;
            result.AddError($"{name} {text} is not a time; write it as 90s, 30min, 12h or 7d");
            return otherwise;
        },
    };

    /// <summary>An option that is a size.</summary>
    public static Option<long?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            var text = Token(result);
            if (ByteSize.Parse(text) is { } size)
                return size;
            result.AddError($"{name} {text} is not a size; write it as 500MB or 50GB");
            return null;
        },
    };

    private static string Token(ArgumentResult result) => result.Tokens is [var token] ? token.Value : "";

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, ".tlpipe", "store");
            if (File.Exists(Path.Combine(path, "FORMAT")))
                return path;
        }
        return null;
    }
}
