// The types that an option can have beside numbers, text, switches, enums, lists and nested records of those.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>A reference to an output of another stage's instance; it makes the edge of the graph.</summary>
/// <param name="Stage">The referenced instance's full name, such as <c>tokens.labelled</c> or <c>reviews</c>.</param>
/// <param name="Output">The output's name; never empty once resolved.</param>
/// <param name="Location">The place of the reference.</param>
public sealed record Input(string Stage, string Output, SourceLocation? Location)
{
    /// <summary>The part after the first dot of the instance's name: <c>labelled</c> of <c>tokens.labelled</c>, <c>reviews</c> of <c>reviews</c>.</summary>
    public string Name => Stage[(Stage.IndexOf('.') + 1)..];
}

/// <summary>
/// A file or folder outside the store. Its content, not its name, is part of the key. In YAML a path relative to the
/// config's root; given with <c>-p</c>, relative to the current folder.
/// </summary>
/// <param name="FullPath">The absolute path.</param>
/// <param name="Text">The path as the user wrote it.</param>
/// <param name="Location">Its place.</param>
public sealed record InputPath(string FullPath, string Text, SourceLocation? Location);
