// A config, read, checked and laid out in the order in which its stages can run.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>One instance of a stage: the stage itself, or its share of a matrix.</summary>
/// <param name="Name">Its full name: <c>tokens.labelled</c>, <c>reviews</c>.</param>
/// <param name="StageName">The name of its stage.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Options">Its options record.</param>
/// <param name="Inputs">The outputs that it reads, by role.</param>
/// <param name="Paths">The files that it reads from outside the store.</param>
/// <param name="After">Instances that have to run before it although it reads nothing of them.</param>
/// <param name="Expected">Counts that its first output is expected to have; <c>plan</c> uses them until it has run.</param>
/// <param name="Location">Where its stage is named.</param>
/// <param name="OptionLocations">Where each option stands that was given, by role.</param>
public sealed record StageInstance(
    string Name,
    string StageName,
    StageKind Kind,
    object Options,
    IReadOnlyList<(string Role, Input Input)> Inputs,
    IReadOnlyList<PathOption> Paths,
    IReadOnlyList<string> After,
    Facts Expected,
    SourceLocation Location,
    IReadOnlyDictionary<string, SourceLocation> OptionLocations)
{
    /// <summary>The instances that have to be done before it.</summary>
    public IEnumerable<string> Needs => Inputs.Select(i => i.Input.Stage).Concat(After).Distinct();

    /// <summary>Where an option stands, or the stage where it was not given.</summary>
    public SourceLocation LocationOf(string option) => OptionLocations.GetValueOrDefault(option, Location);
}

/// <summary>A pipeline that can run.</summary>
/// <param name="Name">Its name: the folder below outputs/.</param>
/// <param name="ConfigPath">The config's path as it was given.</param>
/// <param name="Root">The absolute folder that its paths are relative to.</param>
/// <param name="Runtime">How to run it; no part of any result's identity.</param>
/// <param name="Numerics">How to compute; part of it.</param>
/// <param name="Stages">The instances, each after those it needs, otherwise in the config's order.</param>
public sealed record Pipeline(
    string Name, string ConfigPath, string Root, RuntimeOptions Runtime, NumericsOptions Numerics, IReadOnlyList<StageInstance> Stages)
{
    /// <summary>Reads a config.</summary>
    /// <param name="configPath">The YAML file.</param>
    /// <param name="overrides">Properties, or options as <c>stage.option</c>, given on the command line.</param>
    /// <param name="catalog">The stage kinds.</param>
    /// <param name="currentFolder">The folder that paths in <paramref name="overrides"/> are relative to.</param>
    /// <exception cref="PipelineException">With every mistake in the config, in the order of their places.</exception>
    public static Pipeline Load(string configPath, IReadOnlyList<(string Name, string Value)> overrides, StageCatalog catalog, string currentFolder)
    {
        if (!File.Exists(configPath))
            throw new PipelineException(null, ErrorCode.CommandLine, $"there is no config {configPath}; give the path of a YAML file");
        return new PipelineReader(configPath, overrides, catalog, currentFolder).Read(File.ReadAllText(configPath));
    }
}

/// <summary>How to run a pipeline. Nothing here changes a result.</summary>
public sealed record RuntimeOptions
{
    /// <summary>auto, cpu, cuda or cuda:N. auto takes a GPU where there is one. Default: auto.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The least time between two checkpoints of a training, such as 30s, 5min or 2h. Default: 5min.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Threads to compute with. Default: all cores.</summary>
    [Range(1, 4096)]
    public int? Threads { get; init; }
}

/// <summary>A number format.</summary>
public enum Dtype
{
    Fp32,
    Bf16,
    Fp16,
}

/// <summary>How to compute; part of every result that is computed with floats.</summary>
public sealed record NumericsOptions
{
    /// <summary>fp32, bf16 or fp16. Default: fp32.</summary>
    public Dtype Dtype { get; init; } = Dtype.Fp32;
}
