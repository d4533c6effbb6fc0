// What an options record looks like from outside: its options' names, types, defaults and marks.
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tlpipe.Engine.Stages;

/// <summary>One option of a record.</summary>
/// <param name="Name">Its name in YAML: the property's in snake_case.</param>
/// <param name="Property">The property.</param>
/// <param name="Type">Its type, without the <see cref="Nullable{T}"/> around it.</param>
/// <param name="Required">Whether it has to be given.</param>
/// <param name="ExecutionOnly">Whether it is left out of the key.</param>
/// <param name="Range">Its bounds, where it has any.</param>
/// <param name="Patterns">The files of a folder that count; null means all.</param>
/// <param name="NamesOf">The option whose references' names are its default.</param>
public sealed record Option(
    string Name, PropertyInfo Property, Type Type, bool Required, bool ExecutionOnly, RangeAttribute? Range, IReadOnlyList<string>? Patterns, string? NamesOf);

/// <summary>The options of a record type.</summary>
public sealed class OptionModel
{
    private static readonly Dictionary<Type, OptionModel> Models = [];
    private static readonly Lock ModelsLock = new();

    private OptionModel(Type type)
    {
        Type = type;
        Shorthand = type.GetCustomAttribute<ShorthandAttribute>()?.Property;
        // The options of the record itself come before those it inherits, as a person would write them.
        Options = [.. type.GetProperties()
            .Where(p => p.CanWrite)
            .OrderBy(p => p.DeclaringType == type ? 0 : 1)
            .Select(Describe)];
    }

    /// <summary>The record type.</summary>
    public Type Type { get; }

    /// <summary>Its options.</summary>
    public IReadOnlyList<Option> Options { get; }

    /// <summary>The property that a scalar in the record's place means; null where only a mapping will do.</summary>
    public string? Shorthand { get; }

    /// <summary>The model of a record type.</summary>
    public static OptionModel Of(Type type)
    {
        lock (ModelsLock)
        {
            if (!Models.TryGetValue(type, out var model))
                Models[type] = model = new OptionModel(type);
            return model;
        }
    }

    /// <summary>The name that a property has in YAML: <c>NumTrainEpochs</c> is <c>num_train_epochs</c>.</summary>
    public static string NameOf(string property) => Separated(property, '_');

    /// <summary>The word that an enum's value has in YAML: <c>PerEpoch</c> is <c>per-epoch</c>.</summary>
    public static string WordOf(object value) => Separated(value.ToString()!, '-');

    /// <summary>Whether values of a type are options records themselves.</summary>
    public static bool IsRecord(Type type) =>
        type.IsClass && type != typeof(string) && type != typeof(Input) && type != typeof(InputPath) && type != typeof(Config.Expression) && ElementOf(type) is null;

    /// <summary>The type of a list's items; null where the type is no list.</summary>
    public static Type? ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>A new record with every default.</summary>
    public object NewRecord() => Activator.CreateInstance(Type) ?? throw new ArgumentException($"{Type} cannot be made");

    private static Option Describe(PropertyInfo property) => new(
        NameOf(property.Name),
        property,
        Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
        property.GetCustomAttribute<RequiredMemberAttribute>() is not null,
        property.GetCustomAttribute<ExecutionOnlyAttribute>() is not null,
        property.GetCustomAttribute<RangeAttribute>(),
        property.GetCustomAttribute<FilesAttribute>()?.Patterns,
        property.GetCustomAttribute<NamesOfAttribute>() is { } names ? NameOf(names.Inputs) : null);

    private static string Separated(string name, char separator)
    {
        var result = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                result.Append(separator);
            result.Append(char.ToLowerInvariant(name[i]));
        }
        return result.ToString();
    }
}
