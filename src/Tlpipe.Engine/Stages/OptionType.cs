// What values an option can have, found out from its C# type.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Config;

namespace Tlpipe.Engine.Stages;

/// <summary>The kinds of value.</summary>
public enum ValueKind
{
    Text,
    Switch,

    /// <summary>A whole number: <see cref="int"/> or <see cref="long"/>.</summary>
    Integer,

    /// <summary>A <see cref="double"/>.</summary>
    Number,

    /// <summary>One of the words that stand for an enum's members.</summary>
    Word,

    /// <summary>A <see cref="TimeSpan"/>, written <c>30s</c>, <c>5min</c> or <c>2h</c>.</summary>
    Duration,
    Input,
    Path,
    Expression,

    /// <summary>A nested options record.</summary>
    Record,
    List,

    /// <summary>Values under names that the user chooses.</summary>
    Map,
}

/// <summary>What values an option can have.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="ClrType">The C# type, without <see cref="Nullable{T}"/>.</param>
/// <param name="Nullable">Whether <c>null</c> is a value.</param>
/// <param name="Element">The type of a list's elements or a map's values; null for what is neither.</param>
/// <param name="Record">The options of a nested record; null for what is none.</param>
public sealed record OptionType(ValueKind Kind, Type ClrType, bool Nullable, OptionType? Element = null, OptionModel? Record = null)
{
    /// <summary>Whether a reference can stand in it or below it.</summary>
    public bool HoldsInputs => Holds(ValueKind.Input);

    /// <summary>The words of an enum, in the order of its members; empty for any other type.</summary>
    public IReadOnlyList<string> Words { get; } =
        Kind == ValueKind.Word ? [.. Enum.GetNames(ClrType).Select(name => WordOf(ClrType, name))] : [];

    /// <summary>The enum member that a word stands for, or null.</summary>
    public object? FromWord(string word)
    {
        var member = Enum.GetNames(ClrType).FirstOrDefault(name => WordOf(ClrType, name) == word);
        return member is null ? null : Enum.Parse(ClrType, member);
    }

    /// <summary>The word that stands for an enum member.</summary>
    public string ToWord(object member) =>
        WordOf(ClrType, Enum.GetName(ClrType, member) ?? throw new ArgumentException($"{ClrType.Name} has no member {member}", nameof(member)));

    /// <summary>What to give, in words: "a whole number", "true or false", "one of linear, constant".</summary>
    public string Description => Kind switch
    {
        ValueKind.Text => "text",
        ValueKind.Switch => "true or false",
        ValueKind.Integer => "a whole number",
        ValueKind.Number => "a number",
        ValueKind.Word => $"one of {string.Join(", ", Words)}",
        ValueKind.Duration => "a duration such as 30s, 5min or 2h",
        ValueKind.Input => "a reference to a stage",
        ValueKind.Path => "a path",
        ValueKind.Expression => "an expression",
        ValueKind.Record => "a mapping",
        ValueKind.Map => $"a mapping, each value {Element!.Description}",
        _ => Element!.Kind == ValueKind.Input ? "a list of references to stages" : $"a list, each element {Element.Description}",
    };

    internal bool Holds(ValueKind kind) =>
        Kind == kind || (Element?.Holds(kind) ?? false) || (Record?.Options.Any(option => option.Type.Holds(kind)) ?? false);

    /// <summary>The type that an options record's property has.</summary>
    /// <exception cref="ArgumentException">No option can have that type.</exception>
    internal static OptionType Of(Type type, bool nullable, string where)
    {
        if (System.Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying, nullable: true, where);
        if (type.IsEnum)
            return new OptionType(ValueKind.Word, type, nullable);
        if (Simple(type) is { } kind)
            return new OptionType(kind, type, nullable);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var element = Of(type.GenericTypeArguments[0], nullable: false, where);
            return element.Kind == ValueKind.List
                ? throw new ArgumentException($"{where}: a list of lists cannot be an option")
                : new OptionType(ValueKind.List, type, nullable, element);
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && type.GenericTypeArguments[0] == typeof(string))
        {
            var value = Of(type.GenericTypeArguments[1], nullable: false, where);
            return value.Kind is ValueKind.Text or ValueKind.Switch or ValueKind.Integer or ValueKind.Number or ValueKind.Word
                ? new OptionType(ValueKind.Map, type, nullable, value)
                : throw new ArgumentException($"{where}: the values of a mapping can only be text, numbers, switches and words");
        }
        if (type.IsClass && !type.IsAbstract && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true)
            return new OptionType(ValueKind.Record, type, nullable, Record: OptionModel.Of(type));
        throw new ArgumentException($"{where}: an option cannot be of type {type.Name}");
    }

    private static ValueKind? Simple(Type type) =>
        type == typeof(string) ? ValueKind.Text
        : type == typeof(bool) ? ValueKind.Switch
        : type == typeof(int) || type == typeof(long) ? ValueKind.Integer
        : type == typeof(double) ? ValueKind.Number
        : type == typeof(TimeSpan) ? ValueKind.Duration
        : type == typeof(Input) ? ValueKind.Input
        : type == typeof(InputPath) ? ValueKind.Path
        : type == typeof(Expression) ? ValueKind.Expression
        : null;

    /// <summary>A member's own word where it has one (<see cref="JsonStringEnumMemberNameAttribute"/>), else its name in kebab-case.</summary>
    private static string WordOf(Type type, string member) =>
        type.GetField(member)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(member);
}
