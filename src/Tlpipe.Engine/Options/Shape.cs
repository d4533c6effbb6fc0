// Checks that a required mapping, or a key of one, is present.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>Checks of a node's shape that report their findings.</summary>
internal static class Shape
{
    /// <summary>The node as a mapping; nothing at all is an empty one; null if it is something else (reported).</summary>
    public static MappingNode? Mapping(Node? node, SourceLocation place, string what, Mistakes mistakes)
    {
        switch (node)
        {
            case MappingNode mapping:
                return mapping;
            case null or ScalarNode { IsNull: true }:
                return new MappingNode { Location = place, Entries = [] };
            case BrokenNode:
                return null;
            default:
                mistakes.Add(node, ErrorCode.WrongShape, $"{what}: {node.Described} stands where a mapping belongs");
                return null;
        }
    }

    public static void ReportUnknownKeys(MappingNode mapping, IReadOnlyCollection<string> known, Mistakes mistakes)
    {
        foreach (var entry in mapping.Entries.Where(entry => !known.Contains(entry.Key)))
            mistakes.Add(entry.Location, ErrorCode.UnknownKey, $"unknown key '{entry.Key}'; {DidYouMean.Hint(entry.Key, known, "the keys here")}");
    }
}
