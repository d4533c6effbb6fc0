// Where the value of an option came from: the answer to "who says so?".
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>Who decided a value.</summary>
public enum OriginKind
{
    /// <summary>Nobody: it is the option's default.</summary>
    Default,

    /// <summary>A config, be it by a property, a matrix or an import.</summary>
    Config,

    /// <summary><c>-p</c>, for the option itself or for a property in it.</summary>
    CommandLine,
}

/// <summary>Where a value came from.</summary>
/// <param name="Kind">Who decided it.</param>
/// <param name="Location">Where it stands, or where what stands for it is used; null for a default and for an option given with <c>-p</c>.</param>
/// <param name="Through">
/// What stood for it there: <c>property 'lr', a.yaml:3:7</c>, <c>-p lr=3e-5</c>, <c>environment variable SEED</c>; null where it is written out.
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
