// The stage kinds that a config can use.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>The stage kinds that a config can use, sorted by name. A kind's class is looked into when a config first uses it.</summary>
public sealed class StageCatalog
{
    private readonly SortedDictionary<string, (Type Class, Lazy<StageKind> Kind)> kinds = new(StringComparer.Ordinal);

    private StageCatalog(IEnumerable<(Type Class, StageAttribute Attribute)> stages)
    {
        foreach (var (type, attribute) in stages)
            if (!kinds.TryAdd(attribute.Kind, (type, new Lazy<StageKind>(() => StageKind.Of(type)))))
                throw new ArgumentException($"{type.Name} and {kinds[attribute.Kind].Class.Name} are both called '{attribute.Kind}'");
    }

    public IReadOnlyCollection<StageKind> Kinds => [.. kinds.Values.Select(entry => entry.Kind.Value)];

    /// <summary>The names of all kinds, sorted.</summary>
    public IReadOnlyCollection<string> Names => kinds.Keys;

    /// <summary>Every class with <see cref="StageAttribute"/> in an assembly.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public static StageCatalog FromAssembly(Assembly assembly) => new(
        from type in assembly.GetTypes()
        let attribute = type.IsClass ? type.GetCustomAttribute<StageAttribute>(inherit: false) : null
        where attribute is not null
        select (type, attribute));

    /// <summary>The given stage classes.</summary>
    /// <exception cref="ArgumentException">One of them is not a stage, or two have the same name.</exception>
    public static StageCatalog Of(params IEnumerable<Type> stages) => new(stages.Select(type =>
        (type, type.GetCustomAttribute<StageAttribute>(inherit: false) ?? throw new ArgumentException($"{type.Name} has no [Stage]"))));

    public bool TryGet(string kind, [NotNullWhen(true)] out StageKind? found)
    {
        found = kinds.TryGetValue(kind, out var entry) ? entry.Kind.Value : null;
        return found is not null;
    }
}
