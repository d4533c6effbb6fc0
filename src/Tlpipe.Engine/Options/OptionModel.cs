// The options allowed under a stage's with:, derived from its options record.
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Options;

/// <summary>One option: a property of an options record.</summary>
public sealed class Option
{
    private readonly PropertyInfo property;

    internal Option(PropertyInfo property, OptionType type, object defaults)
    {
        this.property = property;
        Type = type;
        Name = OptionModel.NameOf(property.Name);
        Required = property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute));
        Default = Required ? null : property.GetValue(defaults);
        ExecutionOnly = type.Kind == ValueKind.Secret || property.IsDefined(typeof(ExecutionOnlyAttribute));
        LeftOutAt = property.GetCustomAttribute<AddedLaterAttribute>() is { } added ? CanonicalJson.Text(JsonNode.Parse(added.Before)) : null;
        Bounds = Bounds.Of(property.GetCustomAttribute<RangeAttribute>(), type);
        var renamed = property.GetCustomAttribute<RenamedFromAttribute>();
        OldNames = renamed?.Names ?? [];
        OldNamesAreRefused = renamed?.Refused == true;
        Patterns = property.GetCustomAttribute<FilesAttribute>()?.Patterns ?? [];
        Takes = property.GetCustomAttribute<TakesAttribute>()?.Kinds ?? [];
        NamesOf = property.GetCustomAttribute<NamesOfAttribute>() is { } names ? OptionModel.NameOf(names.Inputs) : null;
    }

    /// <summary>The key in YAML: the property's name in snake_case.</summary>
    public string Name { get; }

    /// <summary>Names that it had, the oldest first.</summary>
    public IReadOnlyList<string> OldNames { get; }

    /// <summary>Whether a config that gives an old name is wrong.</summary>
    public bool OldNamesAreRefused { get; }

    /// <summary>Its name in a key, which stays what it was at first.</summary>
    public string KeyName => OldNames is [var oldest, ..] ? oldest : Name;

    /// <summary>The property's name in C#.</summary>
    public string PropertyName => property.Name;

    /// <summary>The property, whose doc comment says what the option means.</summary>
    public PropertyInfo Property => property;

    public OptionType Type { get; }

    /// <summary>Whether it is required.</summary>
    public bool Required { get; }

    /// <summary>The value if it is not given; also null if it is required.</summary>
    public object? Default { get; }

    /// <summary>Whether it cannot change the result.</summary>
    public bool ExecutionOnly { get; }

    /// <summary>The value, as canonical JSON, at which a key leaves it out; null if a key always has it.</summary>
    public string? LeftOutAt { get; }

    /// <summary>The bounds of a number, or of each number of a list; null if it has none.</summary>
    public Bounds? Bounds { get; }

    /// <summary>For a path to a folder: the names of the files that belong to the input; empty means all.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>For references: the kinds of content that they can be to; empty means any.</summary>
    public IReadOnlyList<string> Takes { get; }

    /// <summary>The name of the option whose references give this list its default; null for any other option.</summary>
    public string? NamesOf { get; }

    public object? Get(object options) => property.GetValue(options);

    /// <summary>Sets it, <c>init</c> or not: only for a record that is still being made.</summary>
    internal void Set(object options, object? value) => property.SetValue(options, value);
}

/// <summary>The options of one record, those of the records that it derives from first.</summary>
public sealed class OptionModel
{
    private static readonly ConcurrentDictionary<Type, OptionModel> Known = new();

    private readonly Dictionary<string, string> notSupported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Option> byName;
    private readonly Dictionary<string, Option> byOldName = new(StringComparer.Ordinal);
    private readonly bool hasRenamed;

    private OptionModel(Type clrType, IReadOnlyList<Option> options, Option? shorthand)
    {
        ClrType = clrType;
        Options = options;
        byName = options.ToDictionary(option => option.Name, StringComparer.Ordinal);
        Shorthand = shorthand;
        foreach (var option in options)
            foreach (var old in option.OldNames)
                if (byName.ContainsKey(old) || !byOldName.TryAdd(old, option))
                    throw new ArgumentException($"{clrType.Name} has another option {old}, which {option.Name} was called before");
        hasRenamed = byOldName.Count > 0 || options.Any(option => RecordOf(option)?.hasRenamed == true);
        foreach (var attribute in clrType.GetCustomAttributes<NotSupportedAttribute>(inherit: true))
            foreach (var name in attribute.Names)
                notSupported[name] = attribute.Remedy;
    }

    public Type ClrType { get; }

    public IReadOnlyList<Option> Options { get; }

    /// <summary>The option that a scalar in the record's place stands for, or null.</summary>
    public Option? Shorthand { get; }

    public Option? this[string name] => byName.GetValueOrDefault(name);

    /// <summary>The option that a name in a config means: its own, or an old one.</summary>
    public Option? Meant(string name) => this[name] ?? ByOldName(name);

    /// <summary>The option that had that name.</summary>
    public Option? ByOldName(string name) => byOldName.GetValueOrDefault(name);

    /// <summary>The path by which keys have an option: <c>model.config_of</c>, <c>results[0]</c>.</summary>
    /// <param name="path">The option's path.</param>
    public string KeyPath(string path) => hasRenamed ? Translate(path, (model, name) => model[name], option => option.KeyName) : path;

    /// <summary>The path of the option that keys have by a path.</summary>
    public string PathOfKey(string keyPath) => hasRenamed
        ? Translate(keyPath, (model, name) => model.Options.FirstOrDefault(option => option.KeyName == name), option => option.Name)
        : keyPath;

    /// <summary>The remedy for an option that is known elsewhere but not here, or null.</summary>
    public string? RemedyForNotSupported(string name) => notSupported.GetValueOrDefault(name);

    /// <summary>The options of a record.</summary>
    /// <exception cref="ArgumentException">The record has no public constructor without parameters, or a property that no option can be.</exception>
    public static OptionModel Of(Type record) => Known.GetOrAdd(record, Make);

    /// <summary>A new record with every default; required options are not set yet.</summary>
    internal object Create() =>
        Activator.CreateInstance(ClrType)!;

    internal static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);

    private static OptionModel? RecordOf(Option option) => option.Type.Record ?? option.Type.Element?.Record;

    private string Translate(string path, Func<OptionModel, string, Option?> find, Func<Option, string> nameOf)
    {
        var end = path.IndexOfAny(['.', '[']);
        var name = end < 0 ? path : path[..end];
        if (find(this, name) is not { } option)
            return path;
        var rest = path[name.Length..];
        // A list's element is named by its index.
        var below = rest.StartsWith('[') ? rest.IndexOf(']') + 1 : 0;
        return RecordOf(option) is { } record && below < rest.Length
            ? $"{nameOf(option)}{rest[..below]}.{record.Translate(rest[(below + 1)..], find, nameOf)}"
            : nameOf(option) + rest;
    }

    private static OptionModel Make(Type record)
    {
        if (record.IsAbstract || record.GetConstructor(Type.EmptyTypes) is null)
            throw new ArgumentException($"{record.Name} needs a public constructor without parameters to hold options");

        var model = new OptionModel(record, [], null);
        var defaults = model.Create();
        var nullability = new NullabilityInfoContext();
        var options = Properties(record).Select(property => new Option(
            property,
            OptionType.Of(
                property.PropertyType,
                nullability.Create(property).WriteState == NullabilityState.Nullable,
                $"{record.Name}.{property.Name}"),
            defaults)).ToList();

        var shorthand = record.GetCustomAttribute<ShorthandAttribute>()?.Property;
        var made = new OptionModel(record, options, options.Find(option => option.PropertyName == shorthand || option.Name == shorthand));
        if (options.Find(option => made.notSupported.ContainsKey(option.Name)) is { } both)
            throw new ArgumentException($"{record.Name} has the option {both.Name} that it says it does not support");
        if (shorthand is not null && made.Shorthand is null)
            throw new ArgumentException($"{record.Name} has no property {shorthand} for its shorthand");
        foreach (var option in options)
        {
            // A list's elements are written as a whole, so a key could not leave out one option of them.
            if (option.Type.Element?.Record?.Options.Any(inner => inner.ExecutionOnly) == true)
                throw new ArgumentException($"{record.Name}.{option.PropertyName}: an option in a list of records cannot be execution-only");
            if (option.NamesOf is { } inputs && (made[inputs]?.Type.HoldsInputs != true || option.Type.Element?.Kind != ValueKind.Text))
                throw new ArgumentException($"{record.Name}.{option.PropertyName} must be a list of text that names a list of references");
        }
        return made;
    }

    /// <summary>The public properties that can be set, base records' first; one that hides or overrides another keeps the other's place.</summary>
    private static IEnumerable<PropertyInfo> Properties(Type record)
    {
        var lineage = new Stack<Type>();
        for (var type = record; type is not null && type != typeof(object); type = type.BaseType)
            lineage.Push(type);
        var byName = new OrderedDictionary<string, PropertyInfo>(StringComparer.Ordinal);
        foreach (var type in lineage)
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                if (property.SetMethod?.IsPublic == true)
                    byName[property.Name] = property;
        return byName.Values;
    }
}
