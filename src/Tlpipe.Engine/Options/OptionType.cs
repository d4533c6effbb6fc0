// The values that an option can have, derived from its C# type.
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tlpipe.Engine.Options;

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

    /// <summary>A <see cref="Tlpipe.Engine.Options.Secret"/>, written <c>!secret env:NAME</c>.</summary>
    Secret,

    /// <summary>A nested options record.</summary>
    Record,
    List,

    /// <summary>Values under names that the user chooses.</summary>
    Map,
}

/// <summary>The values that an option can have.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="ClrType">The C# type, without <see cref="Nullable{T}"/>.</param>
/// <param name="Nullable">Whether <c>null</c> is a value.</param>
/// <param name="Element">The type of a list's elements or a map's values; null for other types.</param>
/// <param name="Record">The options of a nested record; null for any other type.</param>
public sealed record OptionType(ValueKind Kind, Type ClrType, bool Nullable, OptionType? Element = null, OptionModel? Record = null)
{
    /// <summary>Whether a reference can stand in it or below it.</summary>
    public bool HoldsInputs => Holds(ValueKind.Input);

    private readonly Lazy<WordList> words = new(() => new WordList(Kind, ClrType));

    /// <summary>The words of an enum, in the order of its members; empty for any other type.</summary>
    public IReadOnlyList<string> Words => words.Value.Words;

    /// <summary>The enum member that a word stands for, or null.</summary>
    public object? FromWord(string word) => words.Value.Members.GetValueOrDefault(word);

    /// <summary>The word that stands for an enum member.</summary>
    public string ToWord(object member) =>
        words.Value.OfMember.GetValueOrDefault(member) ?? throw new ArgumentException($"{ClrType.Name} has no member {member}", nameof(member));

    /// <summary>The allowed values, in words: "a whole number", "true or false", "one of linear, constant".</summary>
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
        ValueKind.Secret => "a secret such as !secret env:TOKEN",
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
            return element.Kind is ValueKind.List or ValueKind.Secret
                ? throw new ArgumentException($"{where}: a list of lists or secrets cannot be an option")
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
        : type == typeof(Secret) ? ValueKind.Secret
        : null;

    /// <summary>
    /// The words of an enum and their members, found out once: a member's own word if it has one
    /// (<see cref="JsonStringEnumMemberNameAttribute"/>), else its name in kebab-case.
    /// </summary>
    private sealed class WordList
    {
        public WordList(ValueKind kind, Type type)
        {
            foreach (var name in kind == ValueKind.Word ? Enum.GetNames(type) : [])
            {
                var word = type.GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
                    ?? JsonNamingPolicy.KebabCaseLower.ConvertName(name);
                var member = Enum.Parse(type, name);
                Words.Add(word);
                Members.TryAdd(word, member);
                OfMember.TryAdd(member, word);
            }
        }

        public List<string> Words { get; } = [];

        public Dictionary<string, object> Members { get; } = new(StringComparer.Ordinal);

        public Dictionary<object, string> OfMember { get; } = [];
    }
}
