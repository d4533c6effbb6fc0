// fetch-model: takes a model into the store, from a folder or by its name on the Hugging Face hub.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Formats.Units;
using Tlpipe.Nlp.Config;
using Tlpipe.Stages.Hub;
using Tlpipe.Stages.Models;

namespace Tlpipe.Stages.Fetch;

/// <summary>Options of <c>fetch-model</c>. What decides the result is the files' content, whichever way they are named.</summary>
public sealed record FetchModelOptions
{
    /// <summary>A folder with config.json, the weights and the tokenizer's files, as Hugging Face lays them out; or a model's name on the hub, such as neuralmind/bert-base-portuguese-cased.</summary>
    public required InputPath Model { get; init; }

    /// <summary>On the hub: the branch, tag or commit. The commit it is when first planned is kept in the lock file. Default: main.</summary>
    [ExecutionOnly]
    [HuggingFace("from_pretrained")]
    public string Revision { get; init; } = ModelName.DefaultRevision;

    /// <summary>The message where the model cannot be found or fetched. Default: where to put it.</summary>
    [ExecutionOnly]
    public string? IfMissing { get; init; }
}

/// <summary>Copies the files that make a model, and checks that tlpipe's BERT can be what its config.json says.</summary>
[Stage("fetch-model", version: 1)]
[Output("model", "the model folder", Kind = OutputKinds.Model)]
public sealed class FetchModelStage : IOriginStage<FetchModelOptions>
{
    private const string Role = "model";

    public IEnumerable<OptionMistake> Check(FetchModelOptions options)
    {
        if (!ModelName.IsRevision(options.Revision))
            yield return new OptionMistake("revision", $"'{options.Revision}' is not a revision; give a branch, a tag or a commit");
    }

    public ContentOrigin Locate(FetchModelOptions options, OriginSearch search) =>
        Path.Exists(options.Model.FullPath) ? InFolder(options) : OnHub(options, search);

    public void Run(FetchModelOptions options, StageRun run)
    {
        var source = ModelOrigin.Read(run.Origin ?? throw new InvalidOperationException("fetch-model runs without its origin"));
        var target = run.Create("model");
        if (source.Name is null)
        {
            var changed = Copy(source.Folder, source.Model, target, run.Stopping);
            if (changed.Count > 0)
                throw new InputException($"{string.Join(", ", changed)} in {source.Folder} changed after the run began; run again once nothing writes there");
        }
        else
        {
            Fetch(source, target, run);
        }
        run.Describe("model", ModelFacts.Of(BertConfig.Load(target)));
    }

    private static ContentOrigin InFolder(FetchModelOptions options)
    {
        var folder = options.Model.FullPath;
        if (!Directory.Exists(folder))
            throw Mistake(options, ErrorCode.BadInput, $"{folder} is a file; give the folder that holds config.json");
        var facts = FactsOf(folder, options);
        var names = ModelFiles.Choose([.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))]);
        if (!names.Any(HuggingFaceFiles.Weights.Contains))
            throw Mistake(options, ErrorCode.BadInput, $"{folder} has no weights; it needs {HuggingFaceFiles.WeightsInWords}");
        var files = names.ToDictionary(
            name => name, name => new FileContent(ContentDigest.Of(Path.Combine(folder, name), null, options.Model.Location, StatCache.OfThisUser), new FileInfo(Path.Combine(folder, name)).Length));
        return Origin(new ModelOrigin(null, folder, new LockedModel("", new(files, StringComparer.Ordinal))), facts, fetches: null, obstacle: null);
    }

    private static ContentOrigin OnHub(FetchModelOptions options, OriginSearch search)
    {
        var text = options.Model.Text;
        if (!ModelName.IsRepository(text))
            throw Mistake(options, ErrorCode.MissingFile, $"there is no '{text}'; {options.IfMissing ?? $"put it at {options.Model.FullPath}, or give a model's name on the hub, such as neuralmind/bert-base-portuguese-cased"}");
        try
        {
            var settings = HubSettings.FromEnvironment();
            settings = settings with { Offline = settings.Offline || search.Offline };
            var name = new ModelName(text, options.Revision);
            var model = new HubModel(settings, name, search.Report, search.Stopping);
            var found = model.Find(LockFile.Load(search.LockFile), search.Refresh);
            var facts = found.ToFetch.Contains(HuggingFaceFiles.Config) ? Facts.None : FactsOf(found.Folder, options);
            return Origin(
                new ModelOrigin(name, found.Folder, found.Model, settings.Offline), facts,
                found.ToFetch.Count == 0 ? null : $"{ByteSize.Text(found.BytesToFetch)} from {settings.Endpoint.Host}, commit {found.Model.Commit[..12]}",
                found.ToFetch.Count > 0 && settings.Offline ? new Obstacle(ErrorCode.NotCached, WithRemedy(options, model.NotCached(found.ToFetch, "offline mode is on"))) : null);
        }
        catch (PipelineException e)
        {
            throw new PipelineException([.. e.Diagnostics.Select(d => d with
            {
                Location = options.Model.Location,
                Message = WithRemedy(options, d.Code == ErrorCode.NotOnServer ? $"there is no folder '{text}', and {d.Message}" : d.Message),
            })]);
        }
    }

    private static void Fetch(ModelOrigin source, string target, StageRun run)
    {
        var settings = HubSettings.FromEnvironment();
        var model = new HubModel(settings with { Offline = settings.Offline || source.Offline }, source.Name!, run.Report, run.Stopping);
        var folder = model.Fetch(source.Model);
        var damaged = Copy(folder, source.Model, target, run.Stopping);
        if (damaged.Count == 0)
            return;
        // Python's library does not check its downloads, and disks fail.
        run.Report(new Warned($"{string.Join(", ", damaged)} of {source.Name} in the cache {settings.Cache} is not what its name says; it is fetched again"));
        model.FetchAgain(source.Model, damaged);
        if (Copy(folder, source.Model with { Files = new(source.Model.Files.Where(f => damaged.Contains(f.Key)).ToDictionary(), StringComparer.Ordinal) }, target, run.Stopping) is { Count: > 0 } still)
            throw new PipelineException(null, ErrorCode.BadDownload, $"{string.Join(", ", still)} of {source.Name} is not what the lock file says; --refresh takes what the hub has now");
    }

    /// <summary>Copies the files; returns the names of those with other content.</summary>
    private static List<string> Copy(string folder, LockedModel model, string target, CancellationToken stopping)
    {
        var others = new List<string>();
        foreach (var (name, content) in model.Files)
        {
            var copy = Path.Combine(target, name);
            if (ContentHash.Copy(Path.Combine(folder, name), copy, stopping).Sha256 == content.Sha256)
                continue;
            File.Delete(copy);
            others.Add(name);
        }
        return others;
    }

    private static ContentOrigin Origin(ModelOrigin origin, Facts facts, string? fetches, Obstacle? obstacle) =>
        new(Role, ContentDigest.OfNames(origin.Model.Files.Select(file => (file.Key, file.Value.Sha256))), origin.Write())
        {
            Facts = facts,
            Fetches = fetches,
            Obstacle = obstacle,
        };

    private static Facts FactsOf(string folder, FetchModelOptions options)
    {
        try
        {
            return ModelFacts.Of(BertConfig.Load(folder));
        }
        catch (InputException e)
        {
            throw Mistake(options, ErrorCode.BadInput, e.Message);
        }
    }

    private static string WithRemedy(FetchModelOptions options, string message) => options.IfMissing is null ? message : $"{message}; {options.IfMissing}";

    private static PipelineException Mistake(FetchModelOptions options, string code, string message) => new(options.Model.Location, code, message);
}
