// The model that a command uses: a folder, or a stage of a config.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Stages;

namespace Tlpipe.Commands;

/// <summary>A model folder that is open for reading.</summary>
/// <param name="Folder">The folder; it must not be written to.</param>
/// <param name="Stage">The instance that made it; null if a folder was named.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Results">The results of that instance and of all it depends on.</param>
/// <param name="Scratch">Holds the folder if it comes from the store.</param>
internal sealed record OpenedModel(
    string Folder, StageInstance? Stage = null, Pipeline? Pipeline = null, IReadOnlyDictionary<string, StoredResult>? Results = null, ScratchFolder? Scratch = null) : IDisposable
{
    /// <summary>Uses the folder; in its error messages a stage's folder is called by the stage's name.</summary>
    public T Named<T>(Func<string, T> use)
    {
        try
        {
            return use(Folder);
        }
        catch (InputException e) when (Stage is not null)
        {
            throw new InputException(e.Message.Replace(Folder, $"'{Stage.Name}'", StringComparison.Ordinal), e);
        }
    }

    public void Dispose() => Scratch?.Dispose();
}

/// <summary>The arguments MODEL and STAGE, with those for reading a config.</summary>
internal sealed class ModelArguments
{
    private const string Output = "model";

    private readonly Argument<string> model = new("MODEL") { Description = "A model's folder, or a pipeline's YAML file" };

    private readonly Argument<string?> stage = new("STAGE") { Description = "Of a pipeline: the stage whose model is meant", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string[]> properties = PipelineArguments.PropertiesOption();

    private readonly Option<string?> store = PipelineArguments.StoreOption();

    public void AddTo(Command command)
    {
        stage.CompletionSources.Add(context =>
            context.ParseResult.GetResult(model)?.Tokens is [var named] ? PipelineArguments.StageNames(named.Value, context.ParseResult.GetValue(properties)) : []);
        command.Add(model);
        command.Add(stage);
        command.Add(properties);
        command.Add(store);
    }

    /// <summary>Opens the folder, or copies the stage's model out of the store.</summary>
    /// <exception cref="PipelineException">There is no such model, or its stage has not run with the config as it is now.</exception>
    public OpenedModel Open(ParseResult parsed)
    {
        var named = parsed.GetRequiredValue(model);
        var stageName = parsed.GetValue(stage);
        if (Directory.Exists(named))
        {
            return stageName is null
                ? new OpenedModel(named)
                : throw new PipelineException(null, ErrorCode.CommandLine, $"'{stageName}' is one name too many: {named} is a folder, and only a pipeline has stages; leave it out");
        }
        if (!File.Exists(named))
            throw new PipelineException(null, ErrorCode.NoModel, $"there is no '{named}'; give a model's folder, or a pipeline's YAML file and a stage");
        if (Path.GetExtension(named) is not (".yaml" or ".yml"))
            throw new PipelineException(null, ErrorCode.NoModel, $"{named} is neither a folder nor a YAML file; give the folder that the model's files are in");
        var pipeline = PipelineArguments.Read(named, PipelineArguments.Overrides(parsed.GetValue(properties) ?? []), Environment.CurrentDirectory);
        var instance = Find(pipeline, stageName);
        var opened = ResultStore.Open(PipelineArguments.StorePath(parsed.GetValue(store), pipeline), StageKinds.Catalog);
        return Lay(pipeline, instance, opened);
    }

    private static StageInstance Find(Pipeline pipeline, string? name)
    {
        var makers = pipeline.Stages.Where(s => s.Kind.Outputs.Any(o => o.Name == Output)).ToList();
        var choice = makers.Count == 0 ? "it has none" : $"choose one of {string.Join(", ", makers.Select(s => s.Name))}";
        if (name is null)
            throw new PipelineException(null, ErrorCode.NoModel, $"name the stage of {pipeline.ConfigPath} whose model is meant; {choice}");
        var found = Selection.Named(pipeline, [name]);
        if (found is not [var only])
            throw new PipelineException(null, ErrorCode.NoModel, $"'{name}' is {found.Count} instances; choose one of {string.Join(", ", found.Select(s => s.Name))}");
        return makers.Contains(only)
            ? only
            : throw new PipelineException(null, ErrorCode.NoModel, $"'{name}' is of the kind {only.Kind.Kind}, which makes no model; {choice}");
    }

    private static OpenedModel Lay(Pipeline pipeline, StageInstance instance, ResultStore store)
    {
        var resolution = new Resolution(pipeline, store);
        foreach (var needed in Selection.Wanted(pipeline, [instance.Name]))
        {
            var status = resolution.Resolve(needed);
            if (status.Mistakes is { Count: > 0 } mistakes)
                throw new PipelineException(mistakes);
            if (status.State != StageState.Reused)
                throw new PipelineException(null, ErrorCode.NoResult, $"'{instance.Name}' has no result for {pipeline.ConfigPath} as it is now{(needed == instance ? "" : $", nor has '{needed.Name}' before it")}; run: tlpipe run {pipeline.ConfigPath} -t {instance.Name}");
        }
        var scratch = store.CreateScratch();
        try
        {
            store.Lay(resolution.Results[instance.Name], Output, scratch.Path);
            return new OpenedModel(scratch.Path, instance, pipeline, resolution.Results, scratch);
        }
        catch (DamagedResultException e)
        {
            scratch.Dispose();
            throw new PipelineException(null, ErrorCode.Store, $"{e.Message}; run: tlpipe run {pipeline.ConfigPath} -t {instance.Name}");
        }
    }
}
