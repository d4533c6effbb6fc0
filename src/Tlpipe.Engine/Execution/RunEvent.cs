// The events of a run, for all its reporters.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>Every wanted result is there.</summary>
    Done,

    /// <summary>A stage failed, or met something that the user has to change.</summary>
    Failed,

    /// <summary>The user asked to stop.</summary>
    Interrupted,
}

/// <summary>
/// Something that happens in a run. Events come one at a time. Only the search for fetched content may report before <see cref="RunStarted"/>;
/// <see cref="RunEnded"/> is the last.
/// </summary>
public abstract record RunEvent
{
    /// <summary>Its name in events.jsonl and in the lines of <c>run --json</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The same event without the value of any secret.</summary>
    internal virtual RunEvent Redacted() => this;
}

/// <summary>A run begins.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Stages">The wanted stages and all that they need.</param>
public sealed record RunStarted(Pipeline Pipeline, IReadOnlyList<StageInstance> Stages) : RunEvent
{
    internal const string WireName = "started";

    /// <inheritdoc/>
    public override string Name => WireName;
}

/// <summary>A stage's state changed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="State">Its state.</param>
public abstract record StageChanged(StageInstance Stage, StageState State) : RunEvent
{
    /// <inheritdoc/>
    public override string Name => State.InEvents();
}

/// <summary>A stage's result was in the store.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Result">Its result.</param>
public sealed record StageReused(StageInstance Stage, StoredResult Result) : StageChanged(Stage, StageState.Reused);

/// <summary>Another process computes the same result: this one waits for it. Until then the stage reports what that process reports.</summary>
/// <param name="Stage">The stage.</param>
public sealed record StageWaiting(StageInstance Stage) : StageChanged(Stage, StageState.AwaitsProcess);

/// <summary>A stage begins to compute.</summary>
/// <param name="Stage">The stage.</param>
public sealed record StageStarted(StageInstance Stage) : StageChanged(Stage, StageState.Running);

/// <summary>A stage has computed its result.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Result">Its result.</param>
/// <param name="Folder">The folder that shows its outputs.</param>
public sealed record StageComputed(StageInstance Stage, StoredResult Result, string Folder) : StageChanged(Stage, StageState.Computed);

/// <summary>A stage stopped because the user asked it to.</summary>
/// <param name="Stage">The stage.</param>
public sealed record StageStopped(StageInstance Stage) : StageChanged(Stage, StageState.Stopped);

/// <summary>A stage could not be computed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Why">What is wrong, and the remedy.</param>
public sealed record StageFailed(StageInstance Stage, Diagnostic Why) : StageChanged(Stage, StageState.Failed)
{
    internal override RunEvent Redacted() => this with { Why = Why with { Message = Secret.Redact(Why.Message) } };
}

/// <summary>A stage is not computed, because one that it needs failed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Because">The stage that failed.</param>
public sealed record StageSkipped(StageInstance Stage, StageInstance Because) : StageChanged(Stage, StageState.Skipped);

/// <summary>A stage reports something while it runs. Its state stays as it is.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="News">What it reports.</param>
public sealed record StageReported(StageInstance Stage, StageEvent News) : RunEvent
{
    /// <summary>The name of the news in JSON: <c>progress</c>, <c>epoch</c> and so on.</summary>
    public override string Name
    {
        get
        {
            foreach (var kind in RunningJson.Default.StageEvent.PolymorphismOptions!.DerivedTypes)
                if (kind.DerivedType == News.GetType())
                    return (string)kind.TypeDiscriminator!;
            throw new InvalidOperationException($"{News.GetType()} has no name in JSON");
        }
    }

    internal override RunEvent Redacted() => this with { News = News.Redacted() };
}

/// <summary>The run is over.</summary>
/// <param name="Outcome">How it ended.</param>
public sealed record RunEnded(RunOutcome Outcome) : RunEvent
{
    internal const string WireName = "ended";

    /// <inheritdoc/>
    public override string Name => WireName;
}
