// The stage kinds of tlpipe.
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages;

/// <summary>The stages that a config can use.</summary>
internal static class StageKinds
{
    /// <summary>Every class of this assembly with <see cref="StageAttribute"/>.</summary>
    public static StageCatalog Catalog { get; } = StageCatalog.FromAssembly(typeof(StageKinds).Assembly);
}
