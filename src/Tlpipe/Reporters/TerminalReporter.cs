// Shows a run on a terminal: a line for each stage, a moving line for the one that runs; plain lines where there is no terminal.
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Reporters;

/// <summary>Writes for people. Progress in plain mode comes at most every <see cref="PlainInterval"/>.</summary>
internal sealed class TerminalReporter(StatusLine line, TimeProvider clock) : IRunReporter
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);
    private int nameWidth = 8;
    private int reused;
    private double saved;
    private readonly List<string> notes = [];
    private bool inTable;
    private long lastPlain;

    /// <summary>The reporter for this process's standard output.</summary>
    public static TerminalReporter ForConsole() => new(
        new StatusLine(Console.Out, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb", () => Console.WindowWidth),
        TimeProvider.System);

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages)
    {
        nameWidth = stages.Max(s => s.Name.Length);
        line.Print($"{pipeline.Name}: {Words.Count(stages.Count, "stage")}");
    }

    public void Reused(StageInstance stage, StoredResult result)
    {
        reused++;
        saved += result.Provenance.Seconds;
        Stays(stage, "reused", $"made {Words.Age(result.Provenance.Started)}, saves {Words.Duration(result.Provenance.Seconds)}");
    }

    public void Running(StageInstance stage)
    {
        inTable = false;
        notes.Clear();
        lastPlain = clock.GetTimestamp();
        if (stage.Kind.UsesTensors)
            Stays(stage, "running", stage.Kind.Kind);
        else
            line.Show(Row(stage, "running", stage.Kind.Kind));
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
            case Note note when stage.Kind.UsesTensors:
                line.Print(Below(note.Text));
                break;
            case Note note:
                // A quick stage has one line of its own, with what it found below it.
                notes.Add(note.Text);
                break;
            case Warned warning:
                Stays(stage, "warning", warning.Text);
                break;
            case Resumed resumed:
                Stays(stage, "resumes", $"at step {resumed.Step:N0} of {resumed.Total:N0}");
                break;
        }
    }

    public void Done(StageInstance stage, StoredResult result, string folder)
    {
        var facts = result.Outputs[stage.Kind.Outputs[0].Name].Facts;
        var rows = facts.TryGetValue("rows", out var count) ? $", {Words.Count((long)count, "row")}" : "";
        Stays(stage, "done", Words.Duration(result.Provenance.Seconds) + rows);
        foreach (var note in notes)
            line.Print(Below(note));
        notes.Clear();
    }

    public void Interrupted(StageInstance stage) => Stays(stage, "stopped", "the same command goes on from here");

    public void Failed(StageInstance stage) => Stays(stage, "failed", stage.Kind.Kind);

    public void Ended()
    {
        line.Clear();
        if (reused > 0)
            line.Print($"{Words.Count(reused, "result")} reused, {Words.Duration(saved)} of computing saved");
    }

    private void Show(StageInstance stage, Progress progress)
    {
        // What a person looks for first comes first: a narrow terminal cuts the line's end off.
        var text = progress.Unit == Hub.FetchProgress.Unit ? $"  {stage.Name} {FetchBar.Text(progress)}" : string.Create(
            CultureInfo.InvariantCulture,
            $"  {stage.Name} {progress.Doing} {progress.Done:N0}/{progress.Total:N0} {progress.Unit}")
            + (progress.SecondsLeft is { } left ? $", {Words.Duration(left)} left" : "")
            + (progress.Loss is { } loss ? $", loss {Words.Loss(loss)}" : "")
            + (progress.TokensPerSecond is { } speed ? string.Create(CultureInfo.InvariantCulture, $", {speed:N0} tokens/s") : "");
        if (line.Interactive)
        {
            line.Show(text);
        }
        else if (clock.GetElapsedTime(lastPlain) >= PlainInterval)
        {
            lastPlain = clock.GetTimestamp();
            line.Print(text);
        }
    }

    private void PrintEpoch(StageInstance stage, EpochEnded epoch)
    {
        if (!inTable)
            line.Print(Below(" Epoch  Training loss  Validation loss  Accuracy"));
        inTable = true;
        var training = epoch.TrainingLoss is null ? "No log" : Words.Loss(epoch.TrainingLoss);
        var accuracy = epoch.Accuracy?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
        line.Print(Below(string.Create(
            CultureInfo.InvariantCulture,
            $"{epoch.Epoch,6:0.00}  {training,13}  {Words.Loss(epoch.ValidationLoss),15}  {accuracy,8}{(epoch.Best ? "  best" : "")}")));
    }

    private void Stays(StageInstance stage, string state, string text)
    {
        if (state == "done" || state == "failed" || state == "stopped")
            line.Show("");
        line.Print(Row(stage, state, text));
    }

    private static string Below(string text) => "    " + text;

    private string Row(StageInstance stage, string state, string text) => $"  {stage.Name.PadRight(nameWidth)}  {state,-8}{text}";
}
