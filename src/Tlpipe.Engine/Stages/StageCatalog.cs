// The stage kinds that a program has.
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>Finds stage kinds by name.</summary>
public sealed class StageCatalog
{
    private readonly Dictionary<string, Type> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageKind> kinds = new(StringComparer.Ordinal);

    private StageCatalog(IEnumerable<Type> stageTypes)
    {
        foreach (var type in stageTypes)
            types.Add(type.GetCustomAttribute<StageAttribute>()!.Kind, type);
    }

    /// <summary>All kinds, by name.</summary>
    public IEnumerable<StageKind> All => types.Keys.Order(StringComparer.Ordinal).Select(name => Find(name)!);

    /// <summary>The kinds' names.</summary>
    public IEnumerable<string> Names => types.Keys;

    /// <summary>The kinds whose classes an assembly holds.</summary>
    public static StageCatalog FromAssembly(Assembly assembly) =>
        new(assembly.GetTypes().Where(t => t.IsDefined(typeof(StageAttribute), inherit: false)));

    /// <summary>The kinds of some classes.</summary>
    public static StageCatalog Of(params Type[] stageTypes) => new(stageTypes);

    /// <summary>The kind of that name, or null. It is made when it is first asked for.</summary>
    public StageKind? Find(string name)
    {
        if (kinds.TryGetValue(name, out var kind))
            return kind;
        return types.TryGetValue(name, out var type) ? kinds[name] = StageKind.Of(type) : null;
    }
}
