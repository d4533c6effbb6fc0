// The states of a stage, and the words for them wherever they are shown or recorded.
namespace Tlpipe.Engine.Plan;

/// <summary>
/// The state of a stage instance. A plan knows the first five; a run moves a stage on from there:
/// <code>
/// AwaitsInput -> Reused | Resumes | Runs | Blocked                 once its inputs are there
/// Runs, Resumes -> AwaitsProcess -> Reused                         another process computes the same result
/// Runs, Resumes -> Running -> Computed | Failed | Stopped
/// AwaitsInput -> Skipped                                           a stage that it needs failed
/// </code>
/// </summary>
public enum StageState
{
    /// <summary>The store has the result of exactly this computation.</summary>
    Reused,

    /// <summary>It must be computed, starting from a checkpoint of the same computation.</summary>
    Resumes,

    /// <summary>It must be computed.</summary>
    Runs,

    /// <summary>An input must be computed first. Until then its key is unknown, and so is whether the store has its result.</summary>
    AwaitsInput,

    /// <summary>It cannot be computed: a file that it reads is missing, or content from elsewhere cannot be found.</summary>
    Blocked,

    /// <summary>Another process has the key's lease and computes the same result.</summary>
    AwaitsProcess,

    /// <summary>This process, or a child of it, computes it.</summary>
    Running,

    /// <summary>This run has computed its result.</summary>
    Computed,

    /// <summary>It could not be computed.</summary>
    Failed,

    /// <summary>The user asked to stop while it ran. Its last checkpoint is kept.</summary>
    Stopped,

    /// <summary>It was not computed, because a stage that it needs failed.</summary>
    Skipped,

    /// <summary>The run ended before it came to this stage.</summary>
    NotReached,
}

/// <summary>The words for a stage's state: one table for the plan, the run, its record and the report.</summary>
public static class StageStates
{
    /// <summary>The spelling of a state in each place; null if it cannot occur there.</summary>
    private sealed record Spelling(string? Plan, string? Json, string? Line, string? Event, string? Report);

    /// <summary>The word in a plan's text: <c>HIT</c>, <c>RESUME</c>, <c>RUN</c>, <c>RUN?</c> or <c>BLOCKED</c>.</summary>
    public static string InPlan(this StageState state) => Checked(Of(state).Plan, state);

    /// <summary>The word in the JSON of plans and graphs: <c>hit</c>, <c>resume</c>, <c>run</c>, <c>unknown</c> or <c>blocked</c>.</summary>
    public static string InJson(this StageState state) => Checked(Of(state).Json, state);

    /// <summary>The word in the lines that a run prints.</summary>
    public static string InLines(this StageState state) => Checked(Of(state).Line, state);

    /// <summary>The name of the event by which a run records it.</summary>
    public static string InEvents(this StageState state) => Checked(Of(state).Event, state);

    /// <summary>The word in the report on a run.</summary>
    public static string InReport(this StageState state) => Checked(Of(state).Report, state);

    /// <summary>The state that an event of that name records; null for other events.</summary>
    public static StageState? OfEvent(string name)
    {
        for (var state = StageState.Reused; state <= StageState.NotReached; state++)
            if (Of(state).Event == name)
                return state;
        return null;
    }

    // The columns are those of Spelling. The report on a killed run calls a stage running that was about to.
    private static Spelling Of(StageState state) => state switch
    {
        StageState.Reused => new("HIT", "hit", "reused", "reused", "reused"),
        StageState.Resumes => new("RESUME", "resume", "resumes", "resumed", "running"),
        StageState.Runs => new("RUN", "run", null, null, null),
        StageState.AwaitsInput => new("RUN?", "unknown", null, null, null),
        StageState.Blocked => new("BLOCKED", "blocked", null, null, null),
        StageState.AwaitsProcess => new(null, null, "waiting", "waiting", "running"),
        StageState.Running => new(null, null, "running", "running", "running"),
        StageState.Computed => new(null, null, "done", "done", "computed"),
        StageState.Failed => new(null, null, "failed", "failed", "failed"),
        StageState.Stopped => new(null, null, "stopped", "interrupted", "stopped"),
        StageState.Skipped => new(null, null, "skipped", "skipped", "skipped"),
        StageState.NotReached => new(null, null, null, null, "not reached"),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string Checked(string? word, StageState state) => word ?? throw new ArgumentException($"{state} has no word there", nameof(state));
}
