// The stage kinds that a config can use.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>The stage kinds that a config can use, sorted by name. A kind's class is looked into when a config first uses it.</summary>
public sealed class StageCatalog
{
    private readonly Dictionary<string, Entry> kinds = new(StringComparer.Ordinal);

    private StageCatalog(IEnumerable<Entry> stages)
    {
        foreach (var stage in stages)
            if (!kinds.TryAdd(stage.Name, stage))
                throw new ArgumentException($"{stage.Class.Name} and {kinds[stage.Name].Class.Name} are both called '{stage.Name}'");
    }

    public IReadOnlyCollection<StageKind> Kinds => [.. Names.Select(name => kinds[name].Kind.Value)];

    /// <summary>The names of all kinds, sorted.</summary>
    public IReadOnlyCollection<string> Names => [.. kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Every class with <see cref="StageAttribute"/> in an assembly.</summary>
    /// <exception cref="ArgumentException">Two have the same name.</exception>
    public static StageCatalog FromAssembly(Assembly assembly) => new(
        from type in assembly.GetTypes()
        let attribute = type.IsClass ? type.GetCustomAttribute<StageAttribute>(inherit: false) : null
        where attribute is not null
        select new Entry(type, attribute));

    /// <summary>The given stage classes.</summary>
    /// <exception cref="ArgumentException">One of them is not a stage, or two have the same name.</exception>
    public static StageCatalog Of(params IEnumerable<Type> stages) => new(stages.Select(type =>
        new Entry(type, type.GetCustomAttribute<StageAttribute>(inherit: false) ?? throw new ArgumentException($"{type.Name} has no [Stage]"))));

    public bool TryGet(string kind, [NotNullWhen(true)] out StageKind? found)
    {
        found = kinds.TryGetValue(kind, out var entry) ? entry.Kind.Value : null;
        return found is not null;
    }

    // A class, not a tuple: code over tuples is compiled again in every process.
    private sealed class Entry(Type type, StageAttribute attribute)
    {
        public Type Class => type;

        public string Name => attribute.Kind;

        public Lazy<StageKind> Kind { get; } = new(() => StageKind.Of(type));
    }
}
