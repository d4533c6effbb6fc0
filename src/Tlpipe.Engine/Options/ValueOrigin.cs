// The origin of an option's value: who or what set it.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>The kinds of origin that a value can have.</summary>
public enum OriginKind
{
    /// <summary>The option's default.</summary>
    Default,

    /// <summary>A config, be it by a property, a matrix or an import.</summary>
    Config,

    /// <summary><c>-p</c>, for the option itself or for a property in it.</summary>
    CommandLine,
}

/// <summary>The origin of a value.</summary>
/// <param name="Kind">The kind of origin.</param>
/// <param name="Location">Its place, or the place that uses its source; null for a default and for an option given with <c>-p</c>.</param>
/// <param name="Through">
/// Its source there: <c>property 'lr', a.yaml:3:7</c>, <c>-p lr=3e-5</c>, <c>environment variable SEED</c>; null if it is written out.
/// </param>
public sealed record ValueOrigin(OriginKind Kind, SourceLocation? Location, string? Through)
{
    public static readonly ValueOrigin Default = new(OriginKind.Default, null, null);

    /// <summary><c>default</c>, <c>a.yaml:12:20</c>, <c>a.yaml:12:20 (property 'lr', a.yaml:3:7)</c> or <c>command line -p classify.lr=3e-5</c>.</summary>
    public override string ToString()
    {
        var through = Through is { } text && text.StartsWith("-p ", StringComparison.Ordinal) ? "command line " + text : Through;
        return (Location, through) switch
        {
            (null, null) => Kind == OriginKind.Default ? "default" : "command line",
            (null, _) => through,
            (_, null) => Location.ToString(),
            _ => $"{Location} ({through})",
        };
    }

    internal static ValueOrigin Of(Node node) => Of(node.Location, node.Origin);

    internal static ValueOrigin Of(SourceLocation? location, Origin? origin) => new(
        origin?.FromCommandLine == true ? OriginKind.CommandLine : OriginKind.Config, location, origin?.Text);
}
