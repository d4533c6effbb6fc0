// The stage kinds that a config can use.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>The stage kinds that a config can use, sorted by name.</summary>
public sealed class StageCatalog
{
    private readonly SortedDictionary<string, StageKind> kinds = new(StringComparer.Ordinal);

    private StageCatalog(IEnumerable<Type> stages)
    {
        foreach (var kind in stages.Select(StageKind.Of))
            if (!kinds.TryAdd(kind.Kind, kind))
                throw new ArgumentException($"{kind.StageType.Name} and {kinds[kind.Kind].StageType.Name} are both called '{kind.Kind}'");
    }

    public IReadOnlyCollection<StageKind> Kinds => kinds.Values;

    /// <summary>Every class with <see cref="StageAttribute"/> in an assembly.</summary>
    /// <exception cref="ArgumentException">One of them is not a stage, or two have the same name.</exception>
    public static StageCatalog FromAssembly(Assembly assembly) =>
        new(assembly.GetTypes().Where(type => type.IsDefined(typeof(StageAttribute), inherit: false)));

    /// <summary>The given stage classes.</summary>
    /// <exception cref="ArgumentException">One of them is not a stage, or two have the same name.</exception>
    public static StageCatalog Of(params IEnumerable<Type> stages) => new(stages);

    public bool TryGet(string kind, [NotNullWhen(true)] out StageKind? found) => kinds.TryGetValue(kind, out found);
}
