// Shows a run on a terminal: a line for each stage, a moving line for those that run; plain lines where there is no terminal.
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Engine.Units;

namespace Tlpipe.Reporters;

/// <summary>Writes for people. Progress in plain mode comes at most every <see cref="PlainInterval"/> for each stage.</summary>
internal sealed class TerminalReporter(StatusLine line, TimeProvider clock) : IRunReporter
{
    private const int RoomForDrawings = 64;
    private const int Red = 31;
    private const int Green = 32;
    private const int Yellow = 33;
    private const int Blue = 36;
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);
    private readonly OrderedDictionary<string, Shown> active = new(StringComparer.Ordinal);
    private int nameWidth = 8;
    private int wanted;
    private int over;
    private int reused;
    private int failed;
    private double saved;

    /// <summary>The stage whose epochs were printed last: another one's need the table's head again.</summary>
    private string? inTable;

    /// <summary>A stage that runs, or that another process runs.</summary>
    private sealed class Shown(long begun)
    {
        /// <summary>How far it is, for the moving line.</summary>
        public string Status { get; set; } = "";

        public long LastPlain { get; set; } = begun;

        /// <summary>The losses that it told, one for each time that it told another.</summary>
        public List<double> Losses { get; } = [];

        /// <summary>What a quick stage found: it has one line of its own, with these below it.</summary>
        public List<string> Notes { get; } = [];
    }

    /// <summary>The reporter for this process's standard output.</summary>
    /// <param name="isPlain">Whether lines are printed as to a file, even on a terminal.</param>
    public static TerminalReporter ForConsole(bool isPlain = false)
    {
        var isTerminal = !isPlain && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        // https://no-color.org: set to anything but nothing, it means no colours.
        var isColoured = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new TerminalReporter(new StatusLine(Console.Out, isTerminal, () => Console.WindowWidth, isColoured), TimeProvider.System);
    }

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages)
    {
        nameWidth = stages.Max(s => s.Name.Length);
        wanted = stages.Count;
        line.Print($"{pipeline.Name}: {Format.Count(stages.Count, "stage")}");
    }

    public void Reused(StageInstance stage, StoredResult result)
    {
        reused++;
        saved += result.Provenance.Seconds;
        Stays(stage, "reused", $"made {Format.Age(result.Provenance.Started)}, saves {Duration.Text(result.Provenance.Seconds)}");
    }

    public void Waiting(StageInstance stage)
    {
        active[stage.Name] = new Shown(clock.GetTimestamp()) { Status = $"{stage.Name} in another process" };
        Stays(stage, "waiting", "another process computes the same");
        ShowStatus();
    }

    public void Running(StageInstance stage)
    {
        active[stage.Name] = new Shown(clock.GetTimestamp()) { Status = $"{stage.Name} {stage.Kind.Kind}" };
        if (stage.Kind.UsesTensors)
            Stays(stage, "running", stage.Kind.Kind);
        ShowStatus();
    }

    public void News(StageInstance stage, StageEvent news)
    {
        switch (news)
        {
            case Progress progress:
                Show(stage, progress);
                break;
            case EpochEnded epoch:
                PrintEpoch(stage, epoch);
                break;
            case Note note when !stage.Kind.UsesTensors && active.TryGetValue(stage.Name, out var shown):
                shown.Notes.Add(note.Text);
                break;
            case Note note:
                line.Print(Below(stage, note.Text));
                break;
            case Warned warning:
                Stays(stage, "warning", warning.Text);
                break;
            case Resumed resumed:
                Stays(stage, "resumes", string.Create(CultureInfo.InvariantCulture, $"at step {resumed.Step:N0} of {resumed.Total:N0}"));
                break;
        }
    }

    public void Done(StageInstance stage, StoredResult result, string folder)
    {
        var facts = result.Outputs[stage.Kind.Outputs[0].Name].Facts;
        var rows = facts.TryGetValue("rows", out var count) ? $", {Format.Count((long)count, "row")}" : "";
        Stays(stage, "done", Duration.Text(result.Provenance.Seconds) + rows);
    }

    public void Interrupted(StageInstance stage) => Stays(stage, "stopped", "the same command goes on from here");

    public void Failed(StageInstance stage, Diagnostic why)
    {
        failed++;
        Stays(stage, "failed", stage.Kind.Kind);
        if (active.Count > 0)
            line.Print($"  {Format.Count(active.Count, "stage")} still running: {string.Join(", ", active.Keys)}; Ctrl-C stops");
    }

    public void Skipped(StageInstance stage, StageInstance because) => Stays(stage, "skipped", $"{because.Name} failed");

    public void Ended(RunOutcome outcome)
    {
        line.Clear();
        if (reused > 0)
            line.Print($"{Format.Count(reused, "result")} reused, {Duration.Text(saved)} of computing saved");
        if (failed > 1)
            line.Print($"{Format.Count(failed, "stage")} failed");
    }

    private void Show(StageInstance stage, Progress progress)
    {
        if (!active.TryGetValue(stage.Name, out var shown))
            return;
        if (progress.Loss is { } last && (shown.Losses.Count == 0 || shown.Losses[^1] != last))
            shown.Losses.Add(last);
        var text = Text(stage, progress, shown.Losses);
        shown.Status = text;
        if (line.Interactive)
        {
            ShowStatus();
        }
        else if (clock.GetElapsedTime(shown.LastPlain) >= PlainInterval)
        {
            shown.LastPlain = clock.GetTimestamp();
            line.Print("  " + text);
        }
    }

    /// <summary>How far a stage is. What a person looks for first comes first: a narrow terminal cuts the line's end off.</summary>
    private string Text(StageInstance stage, Progress progress, IReadOnlyList<double> losses)
    {
        if (progress.Unit == Hub.FetchProgress.Unit)
            return $"  {stage.Name} {ProgressText.Fetch(progress)}";
        var drawn = line.Interactive && line.Width >= RoomForDrawings;
        return string.Create(CultureInfo.InvariantCulture, $"{stage.Name} {progress.Doing} {(drawn ? ProgressText.Bar(progress.Done, progress.Total) + " " : "")}{progress.Done:N0}/{progress.Total:N0} {progress.Unit}")
            + (progress.SecondsLeft is { } left ? $", {Duration.Text(left)} left" : "")
            + (progress.Loss is { } loss ? $", loss {Format.Loss(loss)}{(drawn && losses.Count > 1 ? " " + ProgressText.Line(losses) : "")}" : "")
            + (progress.TokensPerSecond is { } speed ? string.Create(CultureInfo.InvariantCulture, $", {speed:N0} tokens/s") : "");
    }

    /// <summary>The moving line: of each stage that runs, the newest first where there are several.</summary>
    private void ShowStatus() => line.Show(active.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{over}/{wanted}] ") + string.Join(" | ", active.Values.Select(s => s.Status)));

    private void PrintEpoch(StageInstance stage, EpochEnded epoch)
    {
        if (inTable != stage.Name)
            line.Print(Below(stage, " Epoch  Training loss  Validation loss  Accuracy"));
        inTable = stage.Name;
        var training = epoch.TrainingLoss is null ? "No log" : Format.Loss(epoch.TrainingLoss);
        var accuracy = epoch.Accuracy?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
        line.Print(Below(stage, string.Create(
            CultureInfo.InvariantCulture,
            $"{epoch.Epoch,6:0.00}  {training,13}  {Format.Loss(epoch.ValidationLoss),15}  {accuracy,8}{(epoch.Best ? "  best" : "")}")));
    }

    /// <summary>Prints what has become of a stage. Where it is over, what it found follows.</summary>
    private void Stays(StageInstance stage, string state, string text)
    {
        var isOver = state is "done" or "failed" or "stopped" or "reused";
        over += state is "done" or "reused" ? 1 : 0;
        Shown? shown = null;
        if (isOver && active.Remove(stage.Name, out shown))
            ShowStatus();
        line.Print($"  {stage.Name.PadRight(nameWidth)}  {state,-8}{text}", $" {state}", state switch { "done" or "reused" => Green, "failed" => Red, "warning" or "stopped" or "skipped" => Yellow, _ => Blue });
        if (!isOver)
            return;
        foreach (var note in shown?.Notes ?? [])
            line.Print(Below(stage, note));
        if (inTable == stage.Name)
            inTable = null;
    }

    /// <summary>A line that belongs to a stage's line above it; where others run too, it says to which.</summary>
    private string Below(StageInstance stage, string text) => active.Count > 1 ? $"    {stage.Name.PadRight(nameWidth)}  {text}" : "    " + text;
}
