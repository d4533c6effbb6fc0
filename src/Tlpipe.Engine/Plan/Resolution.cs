// The status of every stage instance before or while it runs: its key, its stored result, its facts.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Plan;

/// <summary>The status of one instance.</summary>
/// <param name="Stage">The instance.</param>
/// <param name="State">Its state in a plan.</param>
/// <param name="Document">Its key document, once all inputs are there.</param>
/// <param name="Result">Its stored result.</param>
/// <param name="WaitsFor">The instances whose results are missing.</param>
/// <param name="ResumesAt">The step of the checkpoint that it would resume from.</param>
/// <param name="Work">Its work; null if that cannot be foreseen.</param>
/// <param name="Rows">The rows of its first output; null if they cannot be foreseen.</param>
/// <param name="Mistakes">Why it is blocked.</param>
/// <param name="Origin">The content that it fetches.</param>
public sealed record StageStatus(
    StageInstance Stage,
    StageState State,
    KeyDocument? Document = null,
    StoredResult? Result = null,
    IReadOnlyList<string>? WaitsFor = null,
    long? ResumesAt = null,
    Work? Work = null,
    double? Rows = null,
    IReadOnlyList<Diagnostic>? Mistakes = null,
    ContentOrigin? Origin = null);

/// <summary>Looks instances up in a store, each after the instances that it depends on.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="store">The store.</param>
/// <param name="origins">The origins of fetched content. Default: located without reporting anything.</param>
/// <param name="root">Records each key before its result is looked up; null if no result will be used.</param>
/// <param name="shared">A shared store to ask for results that the store lacks; null for none.</param>
public sealed class Resolution(Pipeline pipeline, ResultStore store, Origins? origins = null, RunRoot? root = null, SharedStore? shared = null)
{
    private readonly Origins origins = origins ?? new Origins(pipeline, new OriginOptions(), (_, _) => { }, CancellationToken.None);
    private readonly InstanceKeys keys = new(pipeline, StatCache.OfThisUser);
    private readonly Dictionary<string, StoredResult> results = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stage, string Output), Facts> facts = [];

    /// <summary>The results found or computed so far, by instance.</summary>
    public IReadOnlyDictionary<string, StoredResult> Results => results;

    /// <summary>The status of an instance now. The instances that it depends on must be resolved first.</summary>
    /// <param name="stage">The instance.</param>
    /// <param name="fetch">Whether to fetch content whose digest is unknown; otherwise the key may stay unknown.</param>
    public StageStatus Resolve(StageInstance stage, bool fetch = false)
    {
        var missing = InstanceKeys.MissingFiles(stage).ToList();
        if (missing.Count > 0)
            return Foreseen(stage, new StageStatus(stage, StageState.Blocked, Mistakes: missing));
        ContentOrigin? origin;
        try
        {
            origin = origins.Of(stage, fetch);
        }
        catch (PipelineException e)
        {
            return Foreseen(stage, new StageStatus(stage, StageState.Blocked, Mistakes: e.Diagnostics));
        }
        var waitsFor = stage.Inputs.Select(i => i.Input.Stage).Distinct().Where(name => !results.ContainsKey(name)).ToList();
        if (waitsFor.Count > 0)
            return Foreseen(stage, new StageStatus(stage, StageState.AwaitsInput, WaitsFor: waitsFor));

        // Content that was never fetched has no digest, so the stage has no key.
        if (origin is { Digest: null })
            return Foreseen(stage, new StageStatus(stage, StageState.Runs, Origin: origin));
        var document = keys.Document(stage, input => results[input.Stage].Outputs[input.Output].Digest, origin);
        // The property computes the hash each time.
        var key = document.Key;
        root?.Add(key, stage.Name);
        if ((store.Find(key) ?? shared?.Find(key)) is { } result)
        {
            Add(stage, result);
            return new StageStatus(stage, StageState.Reused, document, result);
        }
        if (origin?.Obstacle is { } obstacle)
            return Foreseen(stage, new StageStatus(
                stage, StageState.Blocked, document, Origin: origin, Mistakes: [new Diagnostic(stage.Location, obstacle.Code, $"stage '{stage.Name}': {obstacle.Message}")]));
        var step = NewestStep(key);
        return Foreseen(stage, new StageStatus(stage, step is null ? StageState.Runs : StageState.Resumes, document, ResumesAt: step, Origin: origin));
    }

    /// <summary>Adds a result that was computed after <see cref="Resolve"/>.</summary>
    public void Add(StageInstance stage, StoredResult result)
    {
        results[stage.Name] = result;
        foreach (var (name, output) in result.Outputs)
            facts[(stage.Name, name)] = new Facts(output.Facts);
    }

    private long? NewestStep(string key) =>
        store.Checkpoints(key, TimeSpan.Zero).Newest is { } folder ? PartialFolder.StepOf(folder) : null;

    private StageStatus Foreseen(StageInstance stage, StageStatus status)
    {
        var forecast = stage.Kind.Foresee(stage.Options, input => facts.GetValueOrDefault((input.Stage, input.Output), Facts.None));
        foreach (var output in stage.Kind.Outputs)
        {
            var foreseen = forecast.Outputs.GetValueOrDefault(output.Name, Facts.None);
            if (status.Origin is { } origin && output == stage.Kind.Outputs[0])
                foreseen = origin.Facts.With(foreseen);
            facts[(stage.Name, output.Name)] = foreseen.With(stage.Expected.GetValueOrDefault(output.Name, Facts.None));
        }
        return status with { Work = forecast.Work, Rows = facts[(stage.Name, stage.Kind.Outputs[0].Name)]["rows"] };
    }
}
