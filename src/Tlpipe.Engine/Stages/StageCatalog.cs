// The stage kinds that a config can use.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>The stage kinds that a config can use, sorted by name. A kind's class is looked into when a config first uses it.</summary>
public sealed class StageCatalog
{
<<<<<<< HEAD
    /// <summary>Looked at when a config asks for them: most configs use few, and looking at all their options would be a good part of a start.</summary>
    private readonly Dictionary<string, Lazy<StageKind>> kinds = new(StringComparer.Ordinal);
=======
    private readonly SortedDictionary<string, (Type Class, Lazy<StageKind> Kind)> kinds = new(StringComparer.Ordinal);
>>>>>>> origin/main

    private StageCatalog(IEnumerable<(Type Class, StageAttribute Attribute)> stages)
    {
<<<<<<< HEAD
        foreach (var stage in stages)
        {
            var name = stage.GetCustomAttribute<StageAttribute>()?.Kind ?? throw new ArgumentException($"{stage.Name} has no [Stage]");
            if (!kinds.TryAdd(name, new Lazy<StageKind>(() => StageKind.Of(stage))))
                throw new ArgumentException($"{stage.Name} and {kinds[name].Value.StageType.Name} are both called '{name}'");
        }
    }

    public IReadOnlyCollection<StageKind> Kinds => [.. kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => kind.Value.Value)];

    /// <summary>Every class with <see cref="StageAttribute"/> in an assembly.</summary>
    /// <exception cref="ArgumentException">Two have the same name. One that is no stage is found out when it is asked for.</exception>
    public static StageCatalog FromAssembly(Assembly assembly) =>
        new(assembly.GetTypes().Where(type => type.IsDefined(typeof(StageAttribute), inherit: false)));

    /// <summary>The given stage classes.</summary>
    /// <exception cref="ArgumentException">One of them is not a stage, or two have the same name.</exception>
    public static StageCatalog Of(params IEnumerable<Type> stages)
    {
        var catalog = new StageCatalog(stages);
        _ = catalog.Kinds;
        return catalog;
    }

    public bool TryGet(string kind, [NotNullWhen(true)] out StageKind? found)
    {
        found = kinds.GetValueOrDefault(kind)?.Value;
=======
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
>>>>>>> origin/main
        return found is not null;
    }
}
