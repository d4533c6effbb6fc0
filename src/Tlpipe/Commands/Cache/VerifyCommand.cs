// tlpipe cache verify: reads everything in a store and computes damaged results again.
using System.CommandLine;
using System.Diagnostics;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Hosting;
using Tlpipe.Terminal;

namespace Tlpipe.Commands.Cache;

/// <summary>Exit code 0 if everything is intact or repaired; 1 if a damaged result was not computed again.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var arguments = new CacheArguments();
        var repair = new Option<bool>("--repair") { Description = "Computes what is damaged again, by the runs that last used it" };
        var command = new Command("verify", "Reads every file of a store and compares it with its digest; sets aside what is damaged") { repair };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = arguments.Open(parsed);
            var line = new StatusLine(Console.Out, !Console.IsOutputRedirected && !arguments.Json(parsed), () => Console.WindowWidth);
            var report = Verify(store, line);
            var repairs = parsed.GetValue(repair) ? Repair(store, report.Lost, arguments.Json(parsed)) : [];
            var lost = report.Lost.Where(l => store.Find(l.Key) is null).ToList();
            if (arguments.Json(parsed))
                PrintJson(report, lost);
            else
                Print(report, lost, repairs);
            return lost.Count > 0 ? 1 : 0;
        });
        return command;
    }

    private static VerificationReport Verify(ResultStore store, StatusLine line)
    {
        var drawing = new Lock();
        var last = TimeSpan.Zero;
        var watch = Stopwatch.StartNew();
        try
        {
            return Verification.Run(store, Show, CancellationToken.None);
        }
        finally
        {
            line.Clear();
        }

        void Show(long bytes)
        {
            lock (drawing)
            {
                if (watch.Elapsed - last < TimeSpan.FromMilliseconds(200))
                    return;
                last = watch.Elapsed;
                line.Show($"  {ByteSize.Text(bytes)} read, {ByteSize.Text((long)(bytes / watch.Elapsed.TotalSeconds))}/s");
            }
        }
    }

    /// <summary>For each config that used a lost result, runs the stages that made it again.</summary>
    /// <returns>The faults that could not be repaired, for messages.</returns>
    private static List<string> Repair(ResultStore store, IReadOnlyList<RootedKey> lost, bool quiet)
    {
        var runs = store.Runs();
        var wanted = lost.Select(l => (l.Key, Run: runs.FirstOrDefault(r => File.Exists(r.Note.Config) && r.Keys.Any(k => k.Key == l.Key)))).ToList();
        var words = wanted.Where(w => w.Run is null).Select(w => $"{CacheArguments.Short(w.Key)}: no run is recorded whose config could make it").ToList();
        foreach (var run in wanted.Where(w => w.Run is not null).GroupBy(w => w.Run!))
        {
            var stages = run.Select(w => run.Key.Keys.First(k => k.Key == w.Key).Stage).Distinct();
            if (Run(store, run.Key.Note, stages, quiet) != 0)
                words.Add($"the run of {run.Key.Note.Config} did not end well");
            words.AddRange(run.Where(w => store.Find(w.Key) is null)
                .Select(w => $"{CacheArguments.Short(w.Key)}: {run.Key.Note.Config} or its files have changed since, and it makes another result now"));
        }
        return words;
    }

    private static int Run(ResultStore store, RunNote note, IEnumerable<string> stages, bool quiet)
    {
        var command = ThisProgram.Command("run");
        var start = new ProcessStartInfo(command.Program) { RedirectStandardOutput = quiet, WorkingDirectory = Directory.Exists(note.Folder) ? note.Folder : "" };
        foreach (var argument in command.Arguments.Append(note.Config)
            .Concat(note.Properties.SelectMany(p => new[] { "-p", p })).Concat(stages.SelectMany(s => new[] { "-t", s })).Concat(["--store", store.Root]))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command.Program} did not start");
        if (quiet)
            process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Print(VerificationReport report, List<RootedKey> lost, List<string> repairs)
    {
        foreach (var problem in report.Problems)
            TerminalOutput.PrintWhole($"{problem.Name}: {problem.What}");
        foreach (var word in repairs)
            TerminalOutput.PrintWhole(word);
        foreach (var result in lost)
            TerminalOutput.PrintWhole($"to be computed again: {CacheArguments.Short(result.Key)}  {result.Stage}".TrimEnd());
        var repaired = report.Lost.Count - lost.Count;
        var parts = new List<string> { $"{Format.Count(report.Results, "result")} and {Format.Count(report.Blobs, "file")} read, {ByteSize.Text(report.Bytes)}" };
        parts.Add(report.Problems.Count == 0 ? "all whole" : Format.Count(report.Problems.Count, "problem"));
        if (repaired > 0)
            parts.Add($"{Format.Count(repaired, "result")} computed again");
        if (lost.Count > 0)
            parts.Add($"{Format.Count(lost.Count, "result")} lost: the next run computes what it needs of them");
        TerminalOutput.PrintWhole(string.Join("; ", parts));
    }

    private static void PrintJson(VerificationReport report, List<RootedKey> lost) => CacheArguments.WriteJson(new
    {
        results = report.Results,
        blobs = report.Blobs,
        bytes = report.Bytes,
        problems = report.Problems.Select(p => new { name = p.Name, what = p.What, mended = p.Mended }),
        damaged = report.Lost.Select(l => new { key = l.Key, name = l.Stage }),
        lost = lost.Select(l => new { key = l.Key, name = l.Stage }),
    });
}
