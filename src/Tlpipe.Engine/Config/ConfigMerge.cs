// Lays one config over another: combines an import with the file that imports it.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>
/// Lays one config over another. Properties, targets and the keys of <c>runtime</c> and <c>numerics</c> are replaced one by one. A stage that says
/// <c>uses:</c> replaces the one of its name; one that does not changes that stage: its options one by one, its other keys whole.
/// </summary>
internal static class ConfigMerge
{
    public static MappingNode Merge(MappingNode earlier, MappingNode later, Mistakes mistakes)
    {
        if (earlier.Entries.IsEmpty)
            return later;
        var sections = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var entry in later.Entries)
            if (earlier[entry.Key] is not { } old || entry.Key is "name" or "root" || IsNothing(old.Value))
                sections[entry.Key] = entry;
            else if (IsNothing(entry.Value))
                sections[entry.Key] = old;
            else if (entry.Value is MappingNode over && Shape.Mapping(old.Value, old.Location!, entry.Key, mistakes) is { } under)
                sections[entry.Key] = entry with { Value = entry.Key == "stages" ? Stages(under, over, mistakes) : Replace(under, over, (_, newer) => newer) };
            else
                sections[entry.Key] = entry;
        return later with
        {
            Entries = [.. earlier.Entries.Where(entry => !sections.ContainsKey(entry.Key)), .. sections.Values],
        };
    }

    private static MappingNode Stages(MappingNode earlier, MappingNode later, Mistakes mistakes) =>
        Replace(earlier, later, (old, over) =>
        {
            if (over.Value is not MappingNode changes || changes["uses"] is not null || old.Value is not MappingNode stage)
                return over;
            return old with { Value = Replace(stage, changes, (before, after) => after.Key == "with" ? Options(before, after, mistakes) : after) };
        });

    private static Entry Options(Entry earlier, Entry later, Mistakes mistakes)
    {
        if (IsNothing(earlier.Value))
            return later;
        if (earlier.Value is MappingNode under && later.Value is MappingNode over)
            return later with { Value = Deep(under, over) };
        if (later.Value is MappingNode)
            mistakes.Add(
                later.Location, ErrorCode.WrongShape,
                $"these options cannot be laid over {earlier.Value.Described}, which stands at {earlier.Value.Location}; say 'uses', too, and give all options");
        return later;
    }

    private static MappingNode Deep(MappingNode earlier, MappingNode later) =>
        Replace(earlier, later, (old, over) =>
            old.Value is MappingNode under && over.Value is MappingNode inner ? over with { Value = Deep(under, inner) } : over);

    /// <summary>The earlier mapping with the later one's keys added; existing keys keep their position.</summary>
    private static MappingNode Replace(MappingNode earlier, MappingNode later, Func<Entry, Entry, Entry> both)
    {
        var entries = new OrderedDictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var entry in earlier.Entries)
            entries[entry.Key] = entry;
        foreach (var entry in later.Entries)
            entries[entry.Key] = entries.TryGetValue(entry.Key, out var old) ? both(old, entry) : entry;
        return later with { Entries = [.. entries.Values] };
    }

    private static bool IsNothing(Node node) => node is ScalarNode { IsNull: true };
}
