// Finds the results that the user means, and the results they were made from.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>Finds results by their names, and by their inputs.</summary>
public sealed class ResultLineage(Inventory inventory)
{
    private const int ShortestPrefix = 4;

    /// <summary>The result that a text names: the beginning of its key, or <c>pipeline/stage</c> as the newest run of that pipeline had it.</summary>
    /// <exception cref="PipelineException">No result matches, or several do.</exception>
    public InventoryEntry Named(string text)
    {
        var found = text.Contains('/') ? OfStage(text) : OfPrefix(text);
        if (found is [var only])
            return only;
        throw new PipelineException(null, ErrorCode.UnknownResult, found.Count == 0
            ? $"no result in {inventory.Store.Root} is called '{text}'; 'tlpipe cache ls' lists them, by the first digits of their keys (at least {ShortestPrefix}) or as pipeline/stage"
            : $"'{text}' are the first digits of {found.Count} results; give more of them");
    }

    /// <summary>A result and all its direct and indirect inputs that the store has, each after its own inputs.</summary>
    /// <remarks>
    /// A document names inputs by the digest of their content, and several results may have the same content. If one of them was used by the
    /// same run as the result made from it, that one is chosen; else the newest.
    /// </remarks>
    public IReadOnlyList<InventoryEntry> WithSources(IEnumerable<InventoryEntry> wanted)
    {
        var makers = inventory.Entries.Where(e => !e.IsIncomplete)
            .SelectMany(e => e.Result.Outputs.Values.Select(o => o.Digest).Distinct().Select(digest => (digest, e)))
            .ToLookup(m => m.digest, m => m.e, StringComparer.Ordinal);
        var ordered = new List<InventoryEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in wanted)
            Visit(entry);
        return ordered;

        void Visit(InventoryEntry entry)
        {
            if (!seen.Add(entry.Result.Key))
                return;
            var together = entry.LastRun?.Keys.Select(k => k.Key).ToHashSet() ?? [];
            foreach (var digest in entry.Result.Document.Inputs.Values.Distinct())
            {
                var source = makers[digest].OrderByDescending(m => together.Contains(m.Result.Key)).ThenByDescending(m => m.Stored).FirstOrDefault();
                if (source is not null)
                    Visit(source);
            }
            ordered.Add(entry);
        }
    }

    private List<InventoryEntry> OfPrefix(string text) =>
        text.Length >= ShortestPrefix ? [.. inventory.Entries.Where(e => e.Result.Key.StartsWith(text.ToLowerInvariant(), StringComparison.Ordinal))] : [];

    private List<InventoryEntry> OfStage(string text)
    {
        var slash = text.IndexOf('/');
        var (name, stage) = (text[..slash], text[(slash + 1)..]);
        var keys = inventory.Runs.Where(r => r.Note.Name == name)
            .Select(r => r.Keys.Where(k => k.Stage == stage).Select(k => k.Key).LastOrDefault()).OfType<string>();
        var entry = keys.Select(key => inventory.Entries.FirstOrDefault(e => e.Result.Key == key)).OfType<InventoryEntry>().FirstOrDefault();
        return entry is null ? [] : [entry];
    }
}
