// A config that was read, checked and bound, ready for the planner.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>One stage of a pipeline, or one instance of a stage with a matrix.</summary>
public sealed class StageInstance
{
    /// <summary>The full name: <c>reviews</c>, or <c>tokens.labelled</c> of a matrix.</summary>
    public required string Name { get; init; }

    /// <summary>The stage's name in the config: <c>tokens</c>.</summary>
    public required string StageName { get; init; }

    /// <summary>The instance's name within its matrix: <c>labelled</c>; null for a stage without one.</summary>
    public required string? Instance { get; init; }

    public required StageKind Kind { get; init; }

    /// <summary>The bound options, of type <see cref="StageKind.OptionsType"/>.</summary>
    public required object Options { get; init; }

    /// <summary>The references, in the order of the options.</summary>
    public required IReadOnlyList<InputUse> Inputs { get; init; }

    /// <summary>The files and folders, in the order of the options.</summary>
    public required IReadOnlyList<PathUse> Paths { get; init; }

    /// <summary>Full names of the instances that must finish first although their outputs are not read.</summary>
    public required IReadOnlyList<string> After { get; init; }

    /// <summary>The full names of all instances that must finish first, without duplicates.</summary>
    public IEnumerable<string> Needs => Inputs.Select(use => use.Input.Stage).Concat(After).Distinct();

    /// <summary>The value of each axis of its matrix; empty for a stage without one.</summary>
    public required IReadOnlyDictionary<string, string> Matrix { get; init; }

    /// <summary>
    /// What <c>expect:</c> says about the outputs, by output name; facts without an output's name belong to the first output.
    /// The plan counts with it until the stage has run. Never part of a key.
    /// </summary>
    public required IReadOnlyDictionary<string, Facts> Expected { get; init; }

    /// <summary>The place of the stage's name in the config.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>The origin of each given option's value, by the option's path; <see cref="OriginOf"/> covers all options.</summary>
    public required IReadOnlyDictionary<string, ValueOrigin> Origins { get; init; }

    /// <summary>This instance with other options, of its own kind or of another; its references follow from them.</summary>
    /// <param name="options">Of the type that the kind has.</param>
    /// <param name="kind">Default: the same.</param>
    /// <param name="name">Its full name. Default: the same.</param>
    /// <param name="after">The instances that must finish first besides its inputs. Default: the same.</param>
    public StageInstance With(object options, StageKind? kind = null, string? name = null, IReadOnlyList<string>? after = null)
    {
        var of = kind ?? Kind;
        return new StageInstance
        {
            Name = name ?? Name,
            StageName = StageName,
            Instance = name is null ? Instance : name.Length > StageName.Length ? name[(StageName.Length + 1)..] : null,
            Kind = of,
            Options = options,
            Inputs = [.. OptionUses.Inputs(of.Options, options)],
            Paths = [.. OptionUses.Paths(of.Options, options)],
            After = after ?? After,
            Matrix = Matrix,
            Expected = of == Kind ? Expected : new Dictionary<string, Facts>(),
            Location = Location,
            Origins = Origins,
        };
    }

    /// <summary>The origin of an option's value; an option that was not given has its default.</summary>
    /// <param name="optionPath">Such as <c>learning_rate</c>, <c>model.weights</c>, <c>results[0]</c>.</param>
    public ValueOrigin OriginOf(string optionPath)
    {
        for (var path = optionPath; ; path = path[..path.LastIndexOf('[')])
            if (Origins.TryGetValue(path, out var origin))
                return origin;
            // An element is its list's, but an option of a nested record can be left out although others of it are given.
            else if (!path.EndsWith(']'))
                return ValueOrigin.Default;
    }

    /// <summary>
    /// The place of an option's value, else of its parent, else of the stage; null if it was given on the command line.
    /// </summary>
    /// <param name="optionPath">Such as <c>table</c>, <c>model.weights</c>, <c>results[0]</c>.</param>
    public SourceLocation? LocationOf(string optionPath)
    {
        for (var path = optionPath; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))])
            if (Origins.TryGetValue(path, out var origin))
                return origin.Location;
        return Location;
    }
}

/// <summary>A pipeline without mistakes, apart from those that only a look at its files can show.</summary>
public sealed record Pipeline
{
    /// <summary>The config's name; the file's name if <c>name:</c> is missing.</summary>
    public required string Name { get; init; }

    /// <summary>The config's path as it was given.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>The folder, absolute, that paths in the config are relative to.</summary>
    public required string Root { get; init; }

    public required RuntimeOptions Runtime { get; init; }

    public required NumericsOptions Numerics { get; init; }

    /// <summary>The instances: each after all that it needs, otherwise in the config's order.</summary>
    public required IReadOnlyList<StageInstance> Stages { get; init; }

    /// <summary>The full names of the instances of each group under <c>targets:</c>.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Targets { get; init; }

    /// <summary>What the user should know of the config although it can be used: a line each, with its place.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The config itself, with its imports and the replacements of the command line.</summary>
    internal MappingNode Document { get; init; } = new() { Location = null, Entries = [] };

    /// <summary>The value of each property, expanded.</summary>
    internal IReadOnlyDictionary<string, Node> Properties { get; init; } = new Dictionary<string, Node>();

    /// <summary>The origin of each given value of <c>runtime:</c> and <c>numerics:</c>, by its path.</summary>
    public required IReadOnlyDictionary<string, ValueOrigin> Origins { get; init; }

    /// <summary>The origin of a value outside of the stages.</summary>
    /// <param name="path">Such as <c>numerics.dtype</c>.</param>
    public ValueOrigin OriginOf(string path) => Origins.GetValueOrDefault(path, ValueOrigin.Default);

    /// <summary>The instance of that full name, or null.</summary>
    public StageInstance? this[string name] => Stages.FirstOrDefault(stage => stage.Name == name);

    /// <summary>This pipeline with other instances, put in an order in which they can run.</summary>
    /// <exception cref="PipelineException">They need each other.</exception>
    public Pipeline With(IReadOnlyList<StageInstance> stages)
    {
        var mistakes = new Mistakes();
        var ordered = StageOrder.Sort([.. stages.Select(stage => new Candidate(stage.Name, stage.Location, [.. stage.Needs], stage))], mistakes);
        mistakes.ThrowIfAny();
        return this with { Stages = [.. ordered.Select(candidate => candidate.Stage!)] };
    }

    /// <summary>Reads a config and finds every mistake in it.</summary>
    /// <param name="configPath">The file; messages name it as it is given here.</param>
    /// <param name="overrides">From the command line: <c>property</c> or <c>stage.option</c>, and the value as YAML flow text or plain text.</param>
    /// <param name="catalog">The stage kinds that it can use.</param>
    /// <param name="currentFolder">The folder that paths on the command line, including <paramref name="configPath"/>, are relative to.</param>
    /// <exception cref="PipelineException">The mistakes, ordered by their places.</exception>
    public static Pipeline Load(
        string configPath, IReadOnlyList<(string Name, string Value)> overrides, StageCatalog catalog, string currentFolder) =>
        new PipelineReader(configPath, overrides, catalog, currentFolder).Read();
}
