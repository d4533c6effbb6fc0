// A YAML document as a tree in which every node knows its place.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>A node of a config.</summary>
public abstract record ConfigNode(SourceLocation Location);

/// <summary>A scalar.</summary>
/// <param name="Text">Its text after YAML's own escapes.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that it may be a number, true, false or null.</param>
/// <param name="Location">Its place.</param>
/// <param name="FromCommandLine">Whether its text begins with what a person gave with <c>-p</c>.</param>
public sealed record ScalarNode(string Text, bool IsPlain, SourceLocation Location, bool FromCommandLine = false) : ConfigNode(Location)
{
    /// <summary>Whether it is YAML's null.</summary>
    public bool IsNull => IsPlain && Text is "" or "~" or "null";
}

/// <summary>A list.</summary>
public sealed record ListNode(IReadOnlyList<ConfigNode> Items, SourceLocation Location) : ConfigNode(Location);

/// <summary>A key and its value.</summary>
public sealed record MappingEntry(string Key, SourceLocation KeyLocation, ConfigNode Value);

/// <summary>A mapping; its keys are distinct, in the order of the text.</summary>
public sealed record MappingNode(IReadOnlyList<MappingEntry> Entries, SourceLocation Location) : ConfigNode(Location)
{
    /// <summary>The value of a key, or null.</summary>
    public ConfigNode? this[string key] => Entries.FirstOrDefault(e => e.Key == key)?.Value;
}
