// A stage class as the engine sees it: its name, version, outputs and options, and calls that need no type argument.
using System.Reflection;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Stages;

/// <summary>An output that a stage kind declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Holds">Its content, in a few words.</param>
/// <param name="Kind">The kind of its content, such as <c>a table</c>; null if that is not said.</param>
public sealed record StageOutput(string Name, string Holds, string? Kind = null);

/// <summary>A stage kind. Exceptions of the stage come out of its calls as they were thrown.</summary>
public sealed class StageKind
{
    private readonly Calls calls;

    private StageKind(StageAttribute attribute, Type stage, Type optionsType, IReadOnlyList<StageOutput> outputs, Calls calls)
    {
        Kind = attribute.Kind;
        Version = attribute.Version;
        UsesTensors = attribute.UsesTensors;
        StageType = stage;
        OptionsType = optionsType;
        Options = OptionModel.Of(optionsType);
        Outputs = outputs;
        HasOrigin = calls.HasOrigin;
        this.calls = calls;
    }

    /// <summary>Its name in <c>uses:</c>.</summary>
    public string Kind { get; }

    public int Version { get; }

    /// <summary>Whether it computes with tensors, so that it runs in a child process and its key holds the number format.</summary>
    public bool UsesTensors { get; }

    /// <summary>Whether it takes content from elsewhere, so that <see cref="Locate"/> can be called.</summary>
    public bool HasOrigin { get; }

    public Type StageType { get; }

    public Type OptionsType { get; }

    public OptionModel Options { get; }

    /// <summary>The outputs; a reference without <c>:output</c> means the first.</summary>
    public IReadOnlyList<StageOutput> Outputs { get; }

    public bool HasOutput(string name) => Outputs.Any(output => output.Name == name);

    public IEnumerable<OptionMistake> Check(object options) => calls.Check(options);

    public Forecast Foresee(object options, Func<Input, Facts> facts) => calls.Foresee(options, facts);

    /// <summary>The content that the options name.</summary>
    /// <exception cref="InvalidOperationException">The stage takes no content from elsewhere.</exception>
    public ContentOrigin Locate(object options, OriginSearch search) => calls.Locate(options, search);

    public void Run(object options, StageRun run) => calls.Run(options, run);

    /// <summary>The stage kind that a class is.</summary>
    /// <exception cref="ArgumentException">The class is not a stage: an attribute, the interface or a constructor is missing.</exception>
    public static StageKind Of(Type stage)
    {
        var attribute = stage.GetCustomAttribute<StageAttribute>()
            ?? throw new ArgumentException($"{stage.Name} has no [Stage]");
        // Reflection gives attributes of one class in the order of the source, which makes the first output the default one.
        var outputs = stage.GetCustomAttributes<OutputAttribute>().Select(output => new StageOutput(output.Name, output.Holds, output.Kind)).ToList();
        if (outputs.Count == 0)
            throw new ArgumentException($"{stage.Name} has no [Output]");
        if (outputs.DistinctBy(output => output.Name).Count() < outputs.Count)
            throw new ArgumentException($"{stage.Name} names an output twice");
        var contract = stage.GetInterfaces().SingleOrDefault(
            type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IStage<>))
            ?? throw new ArgumentException($"{stage.Name} does not implement IStage<TOptions>");
        if (stage.GetConstructor(Type.EmptyTypes) is null)
            throw new ArgumentException($"{stage.Name} needs a public constructor without parameters");

        var optionsType = contract.GenericTypeArguments[0];
        var calls = (Calls)Make(typeof(Calls<>).MakeGenericType(optionsType), Make(stage));
        return new StageKind(attribute, stage, optionsType, outputs, calls);
    }

    private static object Make(Type type, params object[] arguments) =>
        Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    private abstract class Calls
    {
        public abstract IEnumerable<OptionMistake> Check(object options);

        public abstract Forecast Foresee(object options, Func<Input, Facts> facts);

        public abstract bool HasOrigin { get; }

        public abstract ContentOrigin Locate(object options, OriginSearch search);

        public abstract void Run(object options, StageRun run);
    }

    /// <summary>Made once by reflection for each stage; from then on the calls are ordinary ones, and nothing wraps their exceptions.</summary>
    private sealed class Calls<TOptions>(IStage<TOptions> stage) : Calls
        where TOptions : class
    {
        public override IEnumerable<OptionMistake> Check(object options) => stage.Check((TOptions)options);

        public override Forecast Foresee(object options, Func<Input, Facts> facts) => stage.Foresee((TOptions)options, facts);

        public override bool HasOrigin => stage is IOriginStage<TOptions>;

        public override ContentOrigin Locate(object options, OriginSearch search) =>
            stage is IOriginStage<TOptions> located
                ? located.Locate((TOptions)options, search)
                : throw new InvalidOperationException($"{stage.GetType().Name} takes no content from elsewhere");

        public override void Run(object options, StageRun run) => stage.Run((TOptions)options, run);
    }
}
