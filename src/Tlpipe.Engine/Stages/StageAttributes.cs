// The attributes that describe a stage class.
namespace Tlpipe.Engine.Stages;

/// <summary>Marks a stage class.</summary>
/// <param name="kind">Its name in <c>uses:</c>, such as <c>group-texts</c>.</param>
/// <param name="version">Raised by hand whenever the same options and inputs would now give another result.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StageAttribute(string kind, int version) : Attribute
{
    public string Kind { get; } = kind;

    public int Version { get; } = version;

    /// <summary>Whether it computes with tensors: it then runs in a child process, and its key holds <c>numerics.dtype</c>.</summary>
    public bool UsesTensors { get; init; }
}

/// <summary>Names an output of a stage. A reference without <c>:output</c> means the first one.</summary>
/// <param name="name">The output's name: the folder that holds it, and its name after the colon of a reference.</param>
/// <param name="holds">Its content, in a few words.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class OutputAttribute(string name, string holds) : Attribute
{
    public string Name { get; } = name;

    public string Holds { get; } = holds;

    /// <summary>The kind of its content, such as <c>a table</c>, as messages say it; null for one that goes with any <see cref="Options.TakesAttribute"/>.</summary>
    public string? Kind { get; init; }
}
