// A summary of a recorded run.
using System.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Engine.Runs;

/// <summary>How a recorded run ended.</summary>
/// <param name="Run">The run.</param>
/// <param name="Outcome"><c>done</c>, <c>failed</c>, <c>interrupted</c>, <c>running</c>, <c>refused</c> (before anything ran) or <c>killed</c>.</param>
/// <param name="Seconds">How long it took; for a run without an end, until its last event.</param>
/// <param name="Computed">The stages that it computed.</param>
/// <param name="Reused">The stages whose results were in the store.</param>
/// <param name="Failed">The stages that failed.</param>
/// <param name="Skipped">The stages that were skipped because of that.</param>
public sealed record RunSummary(
    RunFolder Run, string Outcome, double Seconds, IReadOnlyList<string> Computed, IReadOnlyList<string> Reused, IReadOnlyList<string> Failed, IReadOnlyList<string> Skipped)
{
    public static RunSummary Of(RunFolder run)
    {
        var events = EventLine.Read(run);
        IReadOnlyList<string> Stages(StageState state) => [.. events.Where(e => e.State == state).Select(e => e.Stage!)];
        var end = events.LastOrDefault(e => e.Event == RunEnded.WireName);
        var outcome = end?.Outcome ?? (IsAlive(run.Request) ? "running" : events.Count == 0 ? "refused" : "killed");
        var last = events.Count == 0 ? run.Request.Started : events[^1].Time;
        return new RunSummary(
            run, outcome, (last - run.Request.Started).TotalSeconds, Stages(StageState.Computed), Stages(StageState.Reused), Stages(StageState.Failed), Stages(StageState.Skipped));
    }

    private static bool IsAlive(RunRequest request)
    {
        if (request.Host != Environment.MachineName)
            return false;
        try
        {
            using var process = Process.GetProcessById(request.Process);
            // A process that began after the run may have the same number.
            return process.StartTime.ToUniversalTime() <= request.Started.UtcDateTime;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
