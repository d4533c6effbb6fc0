// The engine's view of a stage: options in, files out.
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Stages;

/// <summary>
/// Counts that describe an output, by name: <c>rows</c>, <c>tokens</c>, <c>hidden_size</c>. They are recorded with a result,
/// let <c>plan</c> foresee work, and are never part of a key.
/// </summary>
public sealed class Facts
{
    public static readonly Facts None = new([]);

    public Facts(IEnumerable<KeyValuePair<string, double>> values)
    {
        // Sorted once and never changed: a plain dictionary keeps the order, and costs a start less than one that sorts itself.
        var given = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
            given[name] = value;
        var names = new string[given.Count];
        given.Keys.CopyTo(names, 0);
        Array.Sort(names, StringComparer.Ordinal);
        var sorted = new Dictionary<string, double>(names.Length, StringComparer.Ordinal);
        foreach (var name in names)
            sorted.Add(name, given[name]);
        Values = sorted;
    }

    public IReadOnlyDictionary<string, double> Values { get; }

    /// <summary>The count of that name, or null if it is unknown.</summary>
    public double? this[string name] => Values.TryGetValue(name, out var value) ? value : null;

    public Facts With(string name, double? value) => value is { } v ? new Facts([.. Values, KeyValuePair.Create(name, v)]) : this;

    /// <summary>These facts, overridden by the other's if both have one.</summary>
    public Facts With(Facts other) => other.Values.Count == 0 ? this : Values.Count == 0 ? other : new Facts([.. Values, .. other.Values]);
}

/// <summary>The work that a stage will do, as far as it can be foreseen.</summary>
/// <param name="Updates">Optimizer updates; null for a stage that trains nothing.</param>
/// <param name="Flops">Floating-point operations; null if they are unknown or do not matter.</param>
/// <param name="Bytes">The approximate size of its results and checkpoints in bytes; null if unknown.</param>
public sealed record Work(long? Updates = null, double? Flops = null, double? Bytes = null);

/// <summary>The facts about a stage that <c>plan</c> can show before it has run.</summary>
/// <param name="Outputs">The facts of each output, by its name, as far as they follow from options and inputs.</param>
/// <param name="Work">The work it will do.</param>
public sealed record Forecast(IReadOnlyDictionary<string, Facts> Outputs, Work? Work = null)
{
    public static readonly Forecast Unknown = new(new Dictionary<string, Facts>());

    /// <summary>A forecast for a stage with one output.</summary>
    public static Forecast Of(string output, Facts facts, Work? work = null) =>
        new(new Dictionary<string, Facts> { [output] = facts }, work);
}

/// <summary>A stage kind. Its class has a <see cref="StageAttribute"/>, at least one <see cref="OutputAttribute"/> and a public constructor without parameters.</summary>
/// <typeparam name="TOptions">
/// The options record. Its properties become the keys under <c>with:</c> in snake_case; those marked <c>required</c> have
/// to be given, the others have their initialiser as default. Types: <see cref="string"/>, <see cref="bool"/>,
/// <see cref="int"/>, <see cref="long"/>, <see cref="double"/>, <see cref="TimeSpan"/>, enums (their names in kebab-case, or as JsonStringEnumMemberName says), nullables of these,
/// <see cref="Input"/>, <see cref="InputPath"/>, <see cref="Tlpipe.Engine.Options.Expression"/>, <see cref="Secret"/>, <see cref="IReadOnlyList{T}"/> of these, <see cref="IReadOnlyDictionary{TKey, TValue}"/> from text to simple ones, and nested records.
/// </typeparam>
public interface IStage<in TOptions> : IStage
    where TOptions : class
{
    /// <summary>Mistakes that show without running anything. Called when the config is read.</summary>
    IEnumerable<OptionMistake> Check(TOptions options) => [];

    /// <summary>The facts that follow from the options and the facts of the inputs.</summary>
    Forecast Foresee(TOptions options, Func<Input, Facts> facts) => Forecast.Unknown;

    /// <summary>Does the work: reads the inputs, writes every output.</summary>
    void Run(TOptions options, StageRun run);
}

/// <summary>A stage of any options; implement <see cref="IStage{TOptions}"/>.</summary>
public interface IStage;
