// The outcome of a run, stage by stage, from its record and from the store that it used.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Stages;
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>A stage of a recorded run.</summary>
/// <param name="Stage">The stage as the run saw it.</param>
/// <param name="State">Its final state.</param>
/// <param name="Result">Its result, if the store still has it.</param>
/// <param name="Message">Why it failed or was skipped.</param>
internal sealed record StageRecord(ResolvedStage Stage, StageState State, StoredResult? Result, string? Message)
{
    public string Name => Stage.Name;

    /// <summary>The word for its state: <c>computed</c>, <c>reused</c>, <c>not reached</c> and so on.</summary>
    public string Word => State.InReport();

    /// <summary>How long its computation took, in this run or in the one that it was computed in; null if it has no result.</summary>
    public double? Seconds => Result?.Provenance.Seconds;
}

/// <summary>A recorded run with its results.</summary>
/// <param name="Summary">The run and how it ended.</param>
/// <param name="Pipeline">The resolved config.</param>
/// <param name="Stages">The stages that it wanted, in the config's order.</param>
/// <param name="Store">The store with the results.</param>
internal sealed record RunRecord(RunSummary Summary, ResolvedPipeline Pipeline, IReadOnlyList<StageRecord> Stages, ResultStore Store)
{
    public RunRequest Request => Summary.Run.Request;

    public StageRecord? this[string name] => Stages.FirstOrDefault(stage => stage.Name == name);

    /// <summary>Reads a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="storePath">The store to look into in place of the run's own; null for that.</param>
    /// <exception cref="PipelineException">The record or the store cannot be read.</exception>
    public static RunRecord Read(RunFolder run, string? storePath)
    {
        var path = storePath ?? run.Request.Store;
        // To open a store that is not there would make an empty one.
        if (!Directory.Exists(path))
            throw new PipelineException(null, ErrorCode.Store, $"the store {path} of run {run.Request.Number} is not there; name the one that has its results with --store");
        var store = ResultStore.Open(path, StageKinds.Catalog);
        var pipeline = run.Resolved();
        var last = EventLine.Read(run)
            .Where(e => e.State is not null)
            .GroupBy(e => e.Stage!).ToDictionary(group => group.Key, group => group.Last());
        // A run of some targets mentions no other stages. A killed run does not mention the later stages, which still belong to it.
        var isPart = run.Request.Targets.Count > 0;
        var stages = pipeline.Stages.Where(stage => !isPart || last.ContainsKey(stage.Name)).Select(stage => last.TryGetValue(stage.Name, out var happened)
            ? new StageRecord(stage, happened.State!.Value, happened.Key is null ? null : store.Find(happened.Key), happened.Message)
            : new StageRecord(stage, StageState.NotReached, null, null));
        return new RunRecord(RunSummary.Of(run), pipeline, [.. stages], store);
    }

    /// <summary>The path in the store of a file of a stage's output; null if there is no such file.</summary>
    public string? PathOf(StageRecord stage, string output, string file) =>
        stage.Result?.Outputs.GetValueOrDefault(output)?.Files.FirstOrDefault(f => f.Path == file) is { } stored ? Checked(stage, output, stored) : null;

    /// <summary>The files of a stage's output, in the order of their names.</summary>
    public IReadOnlyList<string> FilesOf(StageRecord stage, string output) =>
        [.. stage.Result?.Outputs.GetValueOrDefault(output)?.Files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => Checked(stage, output, f)).OfType<string>() ?? []];

    /// <summary>The stored files that were found damaged so far, a sentence for each. What is in them is left out.</summary>
    public ICollection<string> Damaged { get; } = new SortedSet<string>(StringComparer.Ordinal);

    private string? Checked(StageRecord stage, string output, StoredFile file)
    {
        try
        {
            return Store.CheckedPath(stage.Result!.Key, output, file);
        }
        catch (DamagedResultException)
        {
            Damaged.Add($"'{stage.Name}': the stored file {output}/{file.Path} is damaged and was left out; run the config again, which computes it again");
            return null;
        }
    }

    /// <summary>A stage's options as this version reads them; null if the stage is unknown, or its options cannot be read.</summary>
    public object? OptionsOf(string stage) => this[stage] is { } found ? RecordedOptions.Of(found.Stage, StageKinds.Catalog) : null;

    /// <summary>The trainings with their logs.</summary>
    public IEnumerable<(StageRecord Stage, TrainingLog Log)> Trainings()
    {
        foreach (var stage in Stages)
            if (PathOf(stage, "log", HuggingFaceFiles.TrainerState) is { } path)
                yield return (stage, TrainingLog.Read(path));
    }
}
