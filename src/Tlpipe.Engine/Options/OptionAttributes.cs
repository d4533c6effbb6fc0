// The attributes that describe the options of an options record. A number's bounds are System.ComponentModel.DataAnnotations' [Range].
namespace Tlpipe.Engine.Options;

/// <summary>Marks an option that cannot change the result: it is left out of the key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExecutionOnlyAttribute : Attribute;

/// <summary>
/// Marks an option that was added to its stage later: it is left out of the key while it has the value at which the stage behaves as
/// before, so that an upgrade does not invalidate stored results. That value stays here forever, even if the default changes.
/// </summary>
/// <param name="before">The value as JSON in a key: <c>false</c>, <c>null</c>, <c>1</c>, <c>"legacy"</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddedLaterAttribute(string before) : Attribute
{
    public string Before { get; } = before;
}

/// <summary>
/// Marks an option that had other names. Keys have it by the oldest one, so that stored results stay valid. A config can give it by an old name for one version,
/// with a warning; the version after sets <see cref="Refused"/>.
/// </summary>
/// <param name="names">The old names in YAML, the oldest first; at least one.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RenamedFromAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Whether a config that gives an old name is wrong.</summary>
    public bool Refused { get; init; }
}

/// <summary>Marks a nested options record that YAML may replace by a scalar, which is then this property's value.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShorthandAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}

/// <summary>
/// Marks a list of names that, when it is not given, holds for each reference in <paramref name="inputs"/> its instance's
/// name (<c>random</c> of <c>scores.random</c>), or its stage's name if the stage has no instances.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesOfAttribute(string inputs) : Attribute
{
    public string Inputs { get; } = inputs;
}

/// <summary>On an <see cref="InputPath"/> that is a folder: only files of these names (<c>*</c> stands for anything) belong to the input.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilesAttribute(params string[] patterns) : Attribute
{
    public IReadOnlyList<string> Patterns { get; } = patterns;
}

/// <summary>
/// On a reference or a list of them: the kinds of content that it takes, such as <c>a table</c>. An output of another kind is refused before anything runs.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TakesAttribute(params string[] kinds) : Attribute
{
    public IReadOnlyList<string> Kinds { get; } = kinds;
}

/// <summary>On a text option: the message for the user if the file that the <see cref="InputPath"/> option <paramref name="path"/> names is not there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RemedyForAttribute(string path) : Attribute
{
    public string Path { get; } = path;
}

/// <summary>Names options that users know from elsewhere and that this record lacks, so that they are refused with a remedy.</summary>
/// <param name="remedy">The reason for its absence, and the remedy: the end of a message.</param>
/// <param name="names">The options' names in YAML.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class NotSupportedAttribute(string remedy, params string[] names) : Attribute
{
    public string Remedy { get; } = remedy;

    public IReadOnlyList<string> Names { get; } = names;
}
