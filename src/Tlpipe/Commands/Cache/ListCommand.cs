// tlpipe cache ls: the results of a store, their sizes, and what they cost.
using System.CommandLine;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Terminal;

namespace Tlpipe.Commands.Cache;

/// <summary>Lists results, the largest first or in another order.</summary>
internal static class ListCommand
{
    private static readonly TableColumn[] Columns =
        [new("key"), new("result", IsFlexible: true), new("size", IsRight: true), new("took", IsRight: true), new("last used"), new("")];

    public static Command Create()
    {
        var arguments = new CacheArguments();
        var sort = new Option<string>("--sort") { Description = "The order: size, cost, used or name", HelpName = "BY", DefaultValueFactory = _ => "size" };
        sort.AcceptOnlyFromAmong("size", "cost", "used", "name");
        var command = new Command("ls", "Lists the results of a store, their sizes and what they took to compute") { sort };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var inventory = Inventory.Of(arguments.Open(parsed));
            var entries = Sorted(inventory.Entries, parsed.GetRequiredValue(sort)).ToList();
            if (arguments.Json(parsed))
                PrintJson(inventory, entries);
            else
                Print(inventory, entries);
            return 0;
        });
        return command;
    }

    private static IEnumerable<InventoryEntry> Sorted(IEnumerable<InventoryEntry> entries, string by) => by switch
    {
        "cost" => entries.OrderByDescending(e => e.Result.Provenance.Seconds).ThenBy(e => e.Result.Key, StringComparer.Ordinal),
        "used" => entries.OrderByDescending(e => e.LastUsed).ThenBy(e => e.Result.Key, StringComparer.Ordinal),
        "name" => entries.OrderBy(CacheArguments.NameOf, StringComparer.Ordinal).ThenByDescending(e => e.LastUsed),
        _ => entries.OrderByDescending(e => e.Bytes).ThenBy(e => e.Result.Key, StringComparer.Ordinal),
    };

    private static void Print(Inventory inventory, List<InventoryEntry> entries)
    {
        var rows = entries.Select(e => (IReadOnlyList<string>)[
            CacheArguments.Short(e.Result.Key), CacheArguments.NameOf(e), ByteSize.Text(e.Bytes), Duration.Text(e.Result.Provenance.Seconds), Format.Age(e.LastUsed), State(e)]).ToList();
        if (rows.Count > 0)
        {
            foreach (var line in new ReportTable(Columns, rows).Text(CacheArguments.LineWidth))
                TerminalOutput.PrintWhole(line);
        }
        var unused = inventory.Blobs.Keys.Except(entries.SelectMany(e => e.Blobs).Select(b => b.Sha256)).Sum(b => inventory.Blobs[b]);
        var notes = new List<string> { Format.Count(entries.Count, "result"), $"{ByteSize.Text(inventory.Bytes)} in {inventory.Store.Root}" };
        if (unused > 0)
            notes.Add($"{ByteSize.Text(unused)} of it in no result");
        if (inventory.Runs.Count(r => r.IsLive) is > 0 and var live)
            notes.Add($"{Format.Count(live, "run")} at work");
        TerminalOutput.PrintWhole(string.Join(", ", notes));
    }

    private static void PrintJson(Inventory inventory, List<InventoryEntry> entries) => CacheArguments.WriteJson(new
    {
        store = inventory.Store.Root,
        bytes = inventory.Bytes,
        results = entries.Select(e => new
        {
            key = e.Result.Key,
            name = CacheArguments.NameOf(e),
            stage = e.Result.Document.Stage,
            bytes = e.Bytes,
            seconds = e.Result.Provenance.Seconds,
            started = e.Result.Provenance.Started,
            last_used = e.LastUsed,
            pinned = e.IsPinned,
            incomplete = e.IsIncomplete,
        }),
    });

    private static string State(InventoryEntry entry) => entry.IsIncomplete ? "damaged" : entry.IsPinned ? "pinned" : "";
}
