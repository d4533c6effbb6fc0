// tlpipe cache pin: results that garbage collection keeps.
using System.CommandLine;
using Tlpipe.Engine.Housekeeping;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Terminal;

namespace Tlpipe.Commands.Cache;

/// <summary>Pins results, removes pins, or lists them.</summary>
internal static class PinCommand
{
    private static readonly TableColumn[] Columns = [new("key"), new("result"), new("size", IsRight: true), new("pinned"), new("note", IsFlexible: true)];

    public static Command Create()
    {
        var arguments = new CacheArguments();
        var results = new Argument<string[]>("RESULT") { Description = "The first digits of a key, or pipeline/stage; none lists the pins", Arity = ArgumentArity.ZeroOrMore };
        var note = new Option<string>("--note", "-n") { Description = "Why", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var sources = new Option<bool>("--with-sources") { Description = "Pins what they were made from, too" };
        var remove = new Option<bool>("--remove") { Description = "Takes the pins away" };
        var command = new Command("pin", "Keeps results whatever is collected") { results, note, sources, remove };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var store = arguments.Open(parsed);
            var names = parsed.GetValue(results) ?? [];
            if (names.Length > 0)
                Change(store, names, parsed.GetValue(sources), parsed.GetValue(remove), parsed.GetRequiredValue(note), arguments.Json(parsed));
            else
                List(Inventory.Of(store), arguments.Json(parsed));
            return 0;
        });
        return command;
    }

    private static void Change(ResultStore store, string[] names, bool sources, bool remove, string note, bool json)
    {
        var inventory = Inventory.Of(store);
        var lineage = new ResultLineage(inventory);
        // A pin can outlive its result; then only its key is known.
        var (orphans, others) = Split(names, name => remove && inventory.Pins.Any(p => p.Key == name));
        var named = others.Select(lineage.Named).ToList();
        var changed = (sources ? lineage.WithSources(named) : named).Select(e => (e.Result.Key, Name: CacheArguments.NameOf(e)))
            .Concat(orphans.Select(key => (Key: key, Name: ""))).ToList();
        foreach (var (key, name) in changed)
        {
            if (remove)
                PinnedResults.Remove(store, key);
            else
                PinnedResults.Add(store, new Pin(key, DateTimeOffset.UtcNow, note, name));
        }
        if (json)
            CacheArguments.WriteJson(new { pinned = !remove, results = changed.Select(c => new { key = c.Key, name = c.Name }) });
        else
            changed.ForEach(c => TerminalOutput.PrintWhole($"{(remove ? "no longer pinned" : "pinned")}: {CacheArguments.Short(c.Key)}  {c.Name}".TrimEnd()));
    }

    private static (List<string> Those, List<string> Others) Split(string[] names, Func<string, bool> answers) =>
        ([.. names.Where(answers)], [.. names.Where(n => !answers(n))]);

    private static void List(Inventory inventory, bool json)
    {
        var entries = inventory.Entries.ToDictionary(e => e.Result.Key);
        if (json)
        {
            CacheArguments.WriteJson(inventory.Pins.Select(p => new { key = p.Key, pinned = p.Pinned, note = p.Note, stored = entries.ContainsKey(p.Key) }));
            return;
        }
        if (inventory.Pins.Count == 0)
        {
            TerminalOutput.PrintWhole("nothing is pinned");
            return;
        }
        var rows = inventory.Pins.Select(p => entries.TryGetValue(p.Key, out var entry)
            ? (IReadOnlyList<string>)[CacheArguments.Short(p.Key), CacheArguments.NameOf(entry), ByteSize.Text(entry.Bytes), Format.Age(p.Pinned), p.Note]
            : [CacheArguments.Short(p.Key), "not in the store", "", Format.Age(p.Pinned), p.Note]).ToList();
        foreach (var line in new ReportTable(Columns, rows).Text(CacheArguments.LineWidth))
            TerminalOutput.PrintWhole(line);
    }
}
