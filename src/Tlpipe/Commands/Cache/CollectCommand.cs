// tlpipe cache gc: lists results that can be deleted, and with --yes moves them to the trash.
using System.CommandLine;
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Terminal;

namespace Tlpipe.Commands.Cache;

/// <summary>Collects garbage; a dry run unless <c>--yes</c> is given.</summary>
internal static class CollectCommand
{
    private static readonly GarbageCollectionOptions Defaults = new();

    private static readonly TableColumn[] Columns =
        [new("key"), new("result", IsFlexible: true), new("frees", IsRight: true), new("took", IsRight: true), new("each GB", IsRight: true), new("last used")];

    public static Command Create()
    {
        var arguments = new CacheArguments();
        var keepLast = new Option<int>("--keep-last") { Description = "Keeps what the last N runs of each config used", HelpName = "N", DefaultValueFactory = _ => Defaults.KeepLast };
        keepLast.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--keep-last has to be at least 0");
        });
        var keepWithin = CacheArguments.Time("--keep-within", "Keeps what was stored or used within this time", Defaults.KeepWithin);
        var maxSize = CacheArguments.Size("--max-size", "Takes no more than brings the store down to this size");
        var grace = CacheArguments.Time("--grace", "Deletes what has been in the trash for longer than this", Defaults.Grace);
        var yes = new Option<bool>("--yes") { Description = "Moves it to the trash; without this, it is only shown" };
        var undo = new Option<bool>("--undo") { Description = "Puts back what the last collection took" };
        var command = new Command("gc", "Shows what is not needed; with --yes moves it to the trash, from which --undo brings it back")
        {
            yes, undo, keepLast, keepWithin, maxSize, grace,
        };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = arguments.Open(parsed);
            if (parsed.GetValue(undo))
                return Undo(store, parsed.GetValue(yes), arguments.Json(parsed));
            var plan = GarbageCollectionPlan.Of(store, new GarbageCollectionOptions
            {
                KeepLast = parsed.GetValue(keepLast),
                KeepWithin = parsed.GetValue(keepWithin),
                MaxBytes = parsed.GetValue(maxSize),
                Grace = parsed.GetValue(grace),
            });
            var outcome = parsed.GetValue(yes) ? GarbageCollector.Run(plan) : null;
            if (arguments.Json(parsed))
                PrintJson(plan, outcome);
            else
                Print(plan, outcome);
            return 0;
        });
        return command;
    }

    private static int Undo(ResultStore store, bool yes, bool json)
    {
        if (yes)
            throw new PipelineException(null, ErrorCode.CommandLine, "--undo puts back and --yes takes away; give one of them");
        var (results, bytes) = GarbageCollector.Undo(store);
        if (json)
            CacheArguments.WriteJson(new { restored_results = results, restored_bytes = bytes });
        else
            TerminalOutput.PrintWhole($"put back {Format.Count(results, "result")}, {ByteSize.Text(bytes)}");
        return 0;
    }

    private static void Print(GarbageCollectionPlan plan, GarbageCollectionOutcome? outcome)
    {
        if (plan.Results.Count > 0)
        {
            var rows = plan.Results.Select(r => (IReadOnlyList<string>)[
                CacheArguments.Short(r.Entry.Result.Key), CacheArguments.NameOf(r.Entry), ByteSize.Text(r.FreedBytes), Duration.Text(r.Seconds), PerGigabyte(r), Format.Age(r.Entry.LastUsed)]).ToList();
            foreach (var line in new ReportTable(Columns, rows).Text(CacheArguments.LineWidth))
                TerminalOutput.PrintWhole(line);
        }
        PrintRest("files of no result", plan.UnusedBlobs);
        PrintRest("abandoned computations' checkpoints", plan.Partials);
        PrintRest("damaged files, set aside", plan.Quarantined);
        TerminalOutput.PrintWhole($"stays: {Kept(plan)}");
        if (outcome is null)
            TerminalOutput.PrintWhole(plan.IsEmpty ? "nothing to take" : $"would take {Taken(plan.Results.Count, plan.Bytes, plan.Seconds)}; nothing is changed. --yes does it");
        else
            PrintOutcome(plan, outcome);
    }

    private static void PrintOutcome(GarbageCollectionPlan plan, GarbageCollectionOutcome outcome)
    {
        if (outcome.Bytes > 0)
            TerminalOutput.PrintWhole($"took {Taken(outcome.Results, outcome.Bytes, plan.Seconds)}");
        if (outcome.DeletedBytes > 0)
            TerminalOutput.PrintWhole($"deleted {ByteSize.Text(outcome.DeletedBytes)} for good");
        if (outcome.HeldBytes > 0)
            TerminalOutput.PrintWhole($"{ByteSize.Text(outcome.HeldBytes)} stay in the trash until processes that write to the store now have ended; the next collection deletes them");
        else if (outcome.TrashBytes > 0)
            TerminalOutput.PrintWhole($"{ByteSize.Text(outcome.TrashBytes)} in the trash for {Duration.Text(plan.Wishes.Grace.TotalSeconds)}: --undo puts it back, --yes --grace 0s deletes it now");
        if (outcome is { Bytes: 0, DeletedBytes: 0, HeldBytes: 0 })
            TerminalOutput.PrintWhole("nothing to take");
    }

    private static void PrintRest(string what, IReadOnlyDictionary<string, long> files)
    {
        if (files.Count > 0)
            TerminalOutput.PrintWhole($"{files.Count.ToString("N0", CultureInfo.InvariantCulture)} {what}, {ByteSize.Text(files.Values.Sum())}");
    }

    private static string Taken(int results, long bytes, double seconds) =>
        $"{Format.Count(results, "result")}, {ByteSize.Text(bytes)}, {Duration.Text(seconds)} to compute again";

    private static string Kept(GarbageCollectionPlan plan)
    {
        var configs = plan.KeptRuns.Select(r => (r.Note.Host, r.Note.Config)).Distinct().Count();
        var parts = plan.Kept.OrderBy(k => k.Key).Select(k => k.Key switch
        {
            KeepReason.Live => $"{k.Value:N0} in use now",
            KeepReason.Run => $"{k.Value:N0} of the last {(plan.Wishes.KeepLast == 1 ? "run" : $"{plan.Wishes.KeepLast} runs")} of {Format.Count(configs, "config")}",
            KeepReason.Pinned => $"{k.Value:N0} pinned",
            KeepReason.Recent => $"{k.Value:N0} used within {Duration.Text(plan.Wishes.KeepWithin.TotalSeconds)}",
            _ => $"{k.Value:N0} for which there is room",
        });
        return plan.Kept.Count == 0 ? "nothing" : string.Join(", ", parts);
    }

    private static string PerGigabyte(CollectedResult result) =>
        result.FreedBytes > 0 ? Duration.Text(result.Seconds / result.FreedBytes * 1e9) : "-";

    private static void PrintJson(GarbageCollectionPlan plan, GarbageCollectionOutcome? outcome) => CacheArguments.WriteJson(new
    {
        store = plan.Inventory.Store.Root,
        dry_run = outcome is null,
        results = plan.Results.Select(r => new { key = r.Entry.Result.Key, name = CacheArguments.NameOf(r.Entry), bytes = r.FreedBytes, seconds = r.Seconds, last_used = r.Entry.LastUsed }),
        unused_blobs = new { count = plan.UnusedBlobs.Count, bytes = plan.UnusedBlobs.Values.Sum() },
        partials = plan.Partials.Select(p => new { key = p.Key, bytes = p.Value }),
        quarantined = new { count = plan.Quarantined.Count, bytes = plan.Quarantined.Values.Sum() },
        kept = plan.Kept.ToDictionary(k => k.Key.ToString().ToLowerInvariant(), k => k.Value),
        bytes = plan.Bytes,
        seconds = plan.Seconds,
        outcome,
    });
}
