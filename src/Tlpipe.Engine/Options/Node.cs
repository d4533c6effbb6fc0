// A config as a tree of scalars, lists and mappings that know their places.
using System.Collections.Immutable;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>The origin of a value that does not come from the text that uses it.</summary>
/// <param name="Text">Such as <c>-p lr=fast</c> or <c>property 'lr', a.yaml:3:7</c>; messages show it in parentheses.</param>
/// <param name="FromCommandLine">Whether a <c>-p</c> decided it.</param>
internal sealed record Origin(string Text, bool FromCommandLine = false);

/// <summary>A node of a config.</summary>
internal abstract record Node
{
    /// <summary>Its place, or the place that uses the property it came from; null for a value from the command line.</summary>
    public required SourceLocation? Location { get; init; }

    public Origin? Origin { get; init; }

    /// <summary>Its kind in a message: "a list".</summary>
    public abstract string Described { get; }
}

/// <summary>A text, number, switch or null, depending on the option that reads it.</summary>
internal sealed record ScalarNode : Node
{
    private const int LongestShown = 80;

    public required string Text { get; init; }

    /// <summary>Whether it was in quotes or in a block, and so is text even if it looks like a number.</summary>
    public bool Quoted { get; init; }

    /// <summary>Whether its beginning was given on the command line, which decides the folder that a path in it is relative to.</summary>
    public bool FromCommandLine { get; init; }

    /// <summary>The place of each of its letters.</summary>
    public TextPlaces Places { get; init; } = TextPlaces.Unknown;

    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Its text, or the beginning of a long one, for messages.</summary>
    public string Shown => Text.Length <= LongestShown ? Text : Text[..LongestShown] + "…";

    public override string Described => IsNull ? "nothing" : $"'{Shown}'";

    /// <summary>The place of the letter at <paramref name="offset"/>, else the scalar's own place.</summary>
    public SourceLocation? PlaceOf(int offset) => Places.At(offset) ?? Location;
}

internal sealed record ListNode : Node
{
    public required ImmutableArray<Node> Elements { get; init; }

    public override string Described => "a list";
}

/// <param name="Key">The key.</param>
/// <param name="Location">The place of the key; null for an option from the command line.</param>
/// <param name="Value">Its value.</param>
internal sealed record Entry(string Key, SourceLocation? Location, Node Value);

/// <summary>A mapping, in the order of the text; no key comes twice.</summary>
internal sealed record MappingNode : Node
{
    public required ImmutableArray<Entry> Entries { get; init; }

    /// <summary>Whether a key of it was wrong (reported), so that missing keys are not reported.</summary>
    public bool IsIncomplete { get; init; }

    public override string Described => "a mapping";

    public Entry? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
                if (entry.Key == key)
                    return entry;
            return null;
        }
    }

    /// <summary>This mapping with a key set, in its old place if it was there.</summary>
    public MappingNode With(Entry entry) => With(entry, this[entry.Key]);

    /// <summary>This mapping with an entry in the place of another, or at the end.</summary>
    public MappingNode With(Entry entry, Entry? old) => this with { Entries = old is null ? Entries.Add(entry) : Entries.Replace(old, entry) };
}

/// <summary>A <c>!secret env:NAME</c>; its value is not read here.</summary>
internal sealed record SecretNode : Node
{
    public required string Variable { get; init; }

    public override string Described => "a secret";
}

/// <summary>A node whose mistake is already reported: every reader skips it silently.</summary>
internal sealed record BrokenNode : Node
{
    public override string Described => "a mistake";
}

/// <summary>The places of a text's letters: runs of adjacent letters.</summary>
internal sealed class TextPlaces
{
    public static readonly TextPlaces Unknown = new([]);

    private readonly ImmutableArray<Run> runs;

    private TextPlaces(ImmutableArray<Run> runs) => this.runs = runs;

    /// <summary>Letters side by side, the first at a place.</summary>
    public static TextPlaces From(SourceLocation start) => new([new Run(0, start, Advances: true)]);

    public SourceLocation? At(int offset)
    {
        for (var i = runs.Length - 1; i >= 0; i--)
            if (runs[i].Start <= offset)
                return runs[i].Advances && runs[i].Location is { } start
                    ? start with { Column = start.Column + offset - runs[i].Start }
                    : runs[i].Location;
        return null;
    }

    /// <summary>Collects the places of a text that is put together.</summary>
    public sealed class Builder
    {
        private readonly ImmutableArray<Run>.Builder runs = ImmutableArray.CreateBuilder<Run>();

        /// <summary>From <paramref name="start"/> on, letters stand side by side from a place.</summary>
        public void Add(int start, SourceLocation? location) => runs.Add(new Run(start, location, Advances: true));

        /// <summary>
        /// Letters from <paramref name="start"/> on were written elsewhere; if that is unknown, all count as written at
        /// <paramref name="otherwise"/>.
        /// </summary>
        public void Add(int start, TextPlaces places, SourceLocation? otherwise)
        {
            if (places.runs.IsEmpty)
                runs.Add(new Run(start, otherwise, Advances: false));
            foreach (var run in places.runs)
                runs.Add(run.Location is null ? new Run(start + run.Start, otherwise, Advances: false) : run with { Start = start + run.Start });
        }

        /// <summary>The letters of a part of another text, which begins there at <paramref name="offset"/>.</summary>
        public void AddPart(int start, TextPlaces places, int offset, int length)
        {
            Add(start, places.At(offset));
            foreach (var run in places.runs)
                if (run.Start > offset && run.Start < offset + length)
                    runs.Add(run with { Start = start + run.Start - offset });
        }

        public TextPlaces Build() => new(runs.ToImmutable());
    }

    private sealed record Run(int Start, SourceLocation? Location, bool Advances);
}
