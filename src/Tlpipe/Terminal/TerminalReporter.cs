// Shows a run on a terminal: a line for each stage, a moving line for the running ones. Without a terminal all lines are plain.
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;

namespace Tlpipe.Terminal;

/// <summary>Writes for the user. Progress in plain mode comes at most every <see cref="PlainInterval"/> for each stage.</summary>
internal sealed class TerminalReporter(StatusLine line, TimeProvider clock)
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

    /// <summary>The stage whose epochs were printed last. Another stage's epochs need the table's head again.</summary>
    private string? inTable;

    /// <summary>A stage that this or another process runs.</summary>
    private sealed class Shown(long begun)
    {
        /// <summary>Its progress, for the moving line.</summary>
        public string Status { get; set; } = "";

        public long LastPlain { get; set; } = begun;

        /// <summary>Its losses, without repetitions.</summary>
        public List<double> Losses { get; } = [];

        /// <summary>The notes of a quick stage, which are printed below its one line.</summary>
        public List<string> Notes { get; } = [];
    }

    /// <summary>The reporter for this process's standard output.</summary>
    /// <param name="isPlain">Whether lines are printed as to a file, even on a terminal.</param>
    public static TerminalReporter ForConsole(bool isPlain = false)
    {
        var isTerminal = !isPlain && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        // https://no-color.org: any value but an empty one turns colours off.
        var isColoured = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new TerminalReporter(new StatusLine(Console.Out, isTerminal, () => Console.WindowWidth, isColoured), TimeProvider.System);
    }

    /// <summary>Shows an event.</summary>
    public void Show(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted e:
                Start(e);
                break;
            case StageReused e:
                reused++;
                saved += e.Result.Provenance.Seconds;
                Print(e, $"made {Format.Age(e.Result.Provenance.Started)}, saves {Duration.Text(e.Result.Provenance.Seconds)}");
                break;
            case StageWaiting e:
                active[e.Stage.Name] = new Shown(clock.GetTimestamp()) { Status = $"{e.Stage.Name} in another process" };
                Print(e, "another process computes the same result");
                ShowStatus();
                break;
            case StageStarted e:
                active[e.Stage.Name] = new Shown(clock.GetTimestamp()) { Status = $"{e.Stage.Name} {e.Stage.Kind.Kind}" };
                if (e.Stage.Kind.UsesTensors)
                    Print(e, e.Stage.Kind.Kind);
                ShowStatus();
                break;
            case StageReported e:
                Show(e.Stage, e.News);
                break;
            case StageComputed e:
                var facts = e.Result.Outputs[e.Stage.Kind.Outputs[0].Name].Facts;
                var rows = facts.TryGetValue("rows", out var count) ? $", {Format.Count((long)count, "row")}" : "";
                Print(e, Duration.Text(e.Result.Provenance.Seconds) + rows);
                break;
            case StageStopped e:
                Print(e, "the same command resumes from here");
                break;
            case StageFailed e:
                failed++;
                Print(e, e.Stage.Kind.Kind);
                if (active.Count > 0)
                    line.Print($"  {Format.Count(active.Count, "stage")} still running: {string.Join(", ", active.Keys)}; Ctrl-C stops");
                break;
            case StageSkipped e:
                Print(e, $"{e.Because.Name} failed");
                break;
            case RunEnded:
                End();
                break;
        }
    }

    private void Start(RunStarted run)
    {
        nameWidth = run.Stages.Max(s => s.Name.Length);
        wanted = run.Stages.Count;
        line.Print($"{run.Pipeline.Name}: {Format.Count(run.Stages.Count, "stage")}");
    }

    private void End()
    {
        line.Clear();
        if (reused > 0)
            line.Print($"{Format.Count(reused, "result")} reused, {Duration.Text(saved)} of computing saved");
        if (failed > 1)
            line.Print($"{Format.Count(failed, "stage")} failed");
    }

    private void Show(StageInstance stage, StageEvent news)
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
                Print(stage, "warning", Yellow, warning.Text);
                break;
            case Resumed resumed:
                Print(stage, StageState.Resumes.InLines(), Blue, string.Create(CultureInfo.InvariantCulture, $"at step {resumed.Step:N0} of {resumed.Total:N0}"));
                break;
        }
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

    /// <summary>The progress of a stage. The most important part comes first: a narrow terminal cuts the end of the line off.</summary>
    private string Text(StageInstance stage, Progress progress, IReadOnlyList<double> losses)
    {
        if (progress.Unit == Tlpipe.Stages.Hub.FetchProgress.Unit)
            return $"  {stage.Name} {ProgressText.Fetch(progress)}";
        var drawn = line.Interactive && line.Width >= RoomForDrawings;
        return string.Create(CultureInfo.InvariantCulture, $"{stage.Name} {progress.Doing} {(drawn ? ProgressText.Bar(progress.Done, progress.Total) + " " : "")}{progress.Done:N0}/{progress.Total:N0} {progress.Unit}")
            + (progress.SecondsLeft is { } left ? $", {Duration.Text(left)} left" : "")
            + (progress.Loss is { } loss ? $", loss {Format.Loss(loss)}{(drawn && losses.Count > 1 ? " " + ProgressText.Line(losses) : "")}" : "")
            + (progress.TokensPerSecond is { } speed ? string.Create(CultureInfo.InvariantCulture, $", {speed:N0} tokens/s") : "");
    }

    /// <summary>Draws the moving line, with the progress of each running stage.</summary>
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

    /// <summary>Prints the new state of a stage. If the stage is over, its notes follow.</summary>
    private void Print(StageChanged change, string text)
    {
        var (stage, state) = (change.Stage, change.State);
        var isOver = state is StageState.Computed or StageState.Failed or StageState.Stopped or StageState.Reused;
        over += state is StageState.Computed or StageState.Reused ? 1 : 0;
        Shown? shown = null;
        if (isOver && active.Remove(stage.Name, out shown))
            ShowStatus();
        Print(stage, state.InLines(), ColourOf(state), text);
        if (!isOver)
            return;
        foreach (var note in shown?.Notes ?? [])
            line.Print(Below(stage, note));
        if (inTable == stage.Name)
            inTable = null;
    }

    private void Print(StageInstance stage, string word, int colour, string text) =>
        line.Print($"  {stage.Name.PadRight(nameWidth)}  {word,-8}{text}", $" {word}", colour);

    private static int ColourOf(StageState state) => state switch
    {
        StageState.Computed or StageState.Reused => Green,
        StageState.Failed => Red,
        StageState.Stopped or StageState.Skipped => Yellow,
        _ => Blue,
    };

    /// <summary>A line that belongs to a stage's line above it. It names the stage if others run too.</summary>
    private string Below(StageInstance stage, string text) => active.Count > 1 ? $"    {stage.Name.PadRight(nameWidth)}  {text}" : "    " + text;
}
