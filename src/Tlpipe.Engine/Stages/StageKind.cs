// A stage kind as the engine handles it, whatever its options are.
using System.Reflection;

namespace Tlpipe.Engine.Stages;

/// <summary>A stage class and what its attributes say.</summary>
public abstract class StageKind
{
    private protected StageKind(Type stageType, Type optionsType)
    {
        var stage = stageType.GetCustomAttribute<StageAttribute>() ?? throw new ArgumentException($"{stageType} has no [Stage]");
        Kind = stage.Kind;
        Version = stage.Version;
        UsesTensors = stage.UsesTensors;
        StageType = stageType;
        OptionsType = optionsType;
        Outputs = [.. stageType.GetCustomAttributes<OutputAttribute>()];
        if (Outputs.Count == 0)
            throw new ArgumentException($"{stageType} has no [Output]");
    }

    /// <summary>What <c>uses:</c> calls it.</summary>
    public string Kind { get; }

    /// <summary>The version of its results.</summary>
    public int Version { get; }

    /// <summary>Whether it runs in a child process and its key holds the number format.</summary>
    public bool UsesTensors { get; }

    /// <summary>The stage class.</summary>
    public Type StageType { get; }

    /// <summary>The options record.</summary>
    public Type OptionsType { get; }

    /// <summary>Its outputs; the first is the one that a reference means without naming any.</summary>
    public IReadOnlyList<OutputAttribute> Outputs { get; }

    /// <summary>Its options.</summary>
    public OptionModel Options => OptionModel.Of(OptionsType);

    /// <inheritdoc cref="IStage{TOptions}.Check"/>
    public abstract IEnumerable<OptionMistake> Check(object options);

    /// <inheritdoc cref="IStage{TOptions}.Foresee"/>
    public abstract Forecast Foresee(object options, Func<Input, Facts> facts);

    /// <inheritdoc cref="IStage{TOptions}.Run"/>
    public abstract void Run(object options, StageRun run);

    /// <summary>The kind that a stage class makes.</summary>
    public static StageKind Of(Type stageType)
    {
        var contract = stageType.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IStage<>));
        var kind = typeof(Typed<,>).MakeGenericType(stageType, contract.GetGenericArguments()[0]);
        return (StageKind)(Activator.CreateInstance(kind) ?? throw new ArgumentException($"{stageType} cannot be made"));
    }

    private sealed class Typed<TStage, TOptions>() : StageKind(typeof(TStage), typeof(TOptions))
        where TStage : IStage<TOptions>, new()
        where TOptions : class
    {
        private readonly TStage stage = new();

        public override IEnumerable<OptionMistake> Check(object options) => stage.Check((TOptions)options);

        public override Forecast Foresee(object options, Func<Input, Facts> facts) => stage.Foresee((TOptions)options, facts);

        public override void Run(object options, StageRun run) => stage.Run((TOptions)options, run);
    }
}
