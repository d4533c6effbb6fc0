// Binds the mapping under with: to an options record, and reports its mistakes.
using System.Collections;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>A bound options record and the findings of its binding.</summary>
internal sealed class Bound
{
    /// <summary>The record; null if anything in it is wrong.</summary>
    public object? Options { get; set; }

    public List<InputUse> Inputs { get; } = [];

    public List<PathUse> Paths { get; } = [];

    /// <summary>The options that were given, by path.</summary>
    public Dictionary<string, ValueOrigin> Places { get; } = new(StringComparer.Ordinal);
}

/// <summary>Binds one options record.</summary>
/// <param name="what">The owner of the options, for messages: <c>'classify'</c>, <c>runtime</c>.</param>
/// <param name="scalars">Binds the scalars.</param>
/// <param name="references">Resolves references; null if references are not allowed.</param>
/// <param name="mistakes">Receives the mistakes.</param>
internal sealed class OptionBinder(string what, ScalarBinder scalars, References? references, Mistakes mistakes)
{
    /// <summary>Options that a message lists; for more, it says where they are.</summary>
    private const int MostListed = 15;

    private readonly Bound bound = new();
    private readonly RenamedOptions renamed = new(what, mistakes);

    /// <summary>Binds a mapping to a record.</summary>
    /// <param name="model">The record's options.</param>
    /// <param name="node">The mapping, or null if there is none.</param>
    /// <param name="holder">Where to report options that are missing.</param>
    public Bound Bind(OptionModel model, Node? node, SourceLocation? holder)
    {
        bound.Options = BindRecord(model, node, holder, origin: null, path: "");
        return bound;
    }

    private object? BindRecord(OptionModel model, Node? node, SourceLocation? holder, Origin? origin, string path)
    {
        if (node is null or ScalarNode { IsNull: true })
            node = new MappingNode { Location = holder, Entries = [] };
        if (node is ScalarNode && model.Shorthand is { } shorthand)
            node = Spelled(node, shorthand);
        if (node is BrokenNode)
            return null;
        if (node is not MappingNode mapping)
            return Wrong(node, ErrorCode.WrongShape, path, $"{node.Described} stands where a mapping belongs");

        var options = model.Create();
        mapping = renamed.WithNewNames(model, mapping, path);
        var whole = ReportUnknown(model, mapping, path);
        var given = mapping.Entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        foreach (var option in model.Options)
        {
            if (given.TryGetValue(option.Name, out var entry))
            {
                bound.Places[Join(path, option.Name)] = ValueOrigin.Of(entry.Value);
                if (TryBind(option.Type, option, entry.Value, entry.Location, Join(path, option.Name), out var value))
                    option.Set(options, value);
                else
                    whole = false;
            }
            else if (option.Required)
            {
                whole = false;
                if (mapping.IsIncomplete || option.OldNames.Any(given.ContainsKey))
                    continue;
                mistakes.Add(
                    holder, origin ?? node.Origin, ErrorCode.MissingKey,
                    $"the option '{Join(path, option.Name)}' of {what} is missing", $"give {option.Type.Description}");
            }
        }
        return whole && NameInputs(model, options, mapping, path) ? options : null;
    }

    private bool ReportUnknown(OptionModel model, MappingNode mapping, string path)
    {
        var whole = true;
        foreach (var entry in mapping.Entries.Where(entry => model[entry.Key] is null))
        {
            whole = false;
            if (model.ByOldName(entry.Key) is { } option)
            {
                renamed.Report(option, entry, mapping, path);
                continue;
            }
            var remedy = model.RemedyForNotSupported(entry.Key);
            mistakes.Add(
                entry.Location,
                entry.Location is null ? entry.Value.Origin : null,
                ErrorCode.UnknownKey,
                remedy is null ? $"unknown option '{Join(path, entry.Key)}' of {what}" : $"{what} has no option '{Join(path, entry.Key)}'",
                remedy ?? Hint(entry.Key, model, path));
        }
        return whole;
    }

    private string Hint(string name, OptionModel model, string path)
    {
        var names = model.Options.Select(option => option.Name).ToList();
        return path.Length == 0 && names.Count > MostListed && DidYouMean.Nearest(name, names) is null
            ? $"'tlpipe stages {what.Trim('\'')}' lists its options"
            : DidYouMean.Hint(name, names, "its options");
    }

    /// <summary>Fills lists of names that were not given, and counts those that were.</summary>
    private bool NameInputs(OptionModel model, object options, MappingNode mapping, string path)
    {
        var whole = true;
        foreach (var option in model.Options.Where(option => option.NamesOf is not null))
        {
            var inputs = model[option.NamesOf!]!.Get(options) switch
            {
                IReadOnlyList<Input> list => list,
                Input one => [one],
                _ => [],
            };
            if (mapping[option.Name] is null || option.Get(options) is null)
                option.Set(options, inputs.Select(input => input.Name).ToArray());
            else if (option.Get(options) is IReadOnlyList<string> names && names.Count != inputs.Count)
            {
                whole = false;
                Wrong(
                    mapping[option.Name]!.Value, ErrorCode.Contradiction, Join(path, option.Name),
                    $"{names.Count} names stand for {inputs.Count} references in {option.NamesOf}", "give one for each");
            }
        }
        return whole;
    }

    private bool TryBind(OptionType type, Option option, Node node, SourceLocation? key, string path, out object? value)
    {
        value = null;
        if (node is BrokenNode)
            return false;
        if (node is ScalarNode { IsNull: true } && type.Kind != ValueKind.Record)
        {
            if (!type.Nullable)
                Wrong(node, ErrorCode.BadValue, path, $"nothing stands where {type.Description} belongs");
            return type.Nullable;
        }
        value = type.Kind switch
        {
            ValueKind.Record => node is ScalarNode { IsNull: true } && type.Nullable
                ? null
                : BindRecord(type.Record!, node, key ?? node.Location, key is null ? node.Origin : null, path),
            ValueKind.List => BindList(type, option, node, path),
            ValueKind.Map => BindMap(type, option, node, path),
            ValueKind.Input => BindInput(option, node, path),
            ValueKind.Secret => BindSecret(node, path),
            _ => BindScalar(type, option, node, path),
        };
        return value is not null || (node is ScalarNode { IsNull: true } && type.Nullable);
    }

    private object? BindList(OptionType type, Option option, Node node, string path)
    {
        var element = type.Element!;
        if (element.Kind == ValueKind.Input)
            return BindInputs(option, node, path);
        if (node is not ListNode list)
            return Wrong(node, ErrorCode.WrongShape, path, $"{node.Described} stands where {type.Description} belongs");

        var values = Array.CreateInstance(element.ClrType, list.Elements.Length);
        var whole = true;
        for (var i = 0; i < list.Elements.Length; i++)
        {
            var place = $"{path}[{i}]";
            bound.Places[place] = ValueOrigin.Of(list.Elements[i]);
            if (TryBind(element, option, list.Elements[i], list.Elements[i].Location, place, out var value))
                values.SetValue(value, i);
            else
                whole = false;
        }
        return whole ? values : null;
    }

    private object? BindMap(OptionType type, Option option, Node node, string path)
    {
        if (node is not MappingNode mapping)
            return Wrong(node, ErrorCode.WrongShape, path, $"{node.Described} stands where {type.Description} belongs");

        var values = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type.Element!.ClrType))!;
        var whole = true;
        foreach (var entry in mapping.Entries)
        {
            var place = Join(path, entry.Key);
            bound.Places[place] = ValueOrigin.Of(entry.Value);
            if (TryBind(type.Element!, option, entry.Value, entry.Location, place, out var value))
                values[entry.Key] = value;
            else
                whole = false;
        }
        return whole ? values : null;
    }

    private Input? BindInput(Option option, Node node, string path)
    {
        if (node is not ScalarNode scalar)
        {
            Wrong(node, ErrorCode.WrongShape, path, $"{node.Described} stands where a reference to a stage belongs");
            return null;
        }
        if (references!.One(scalar) is not { } input || !references.Fits(scalar, input, option.Takes, path))
            return null;
        bound.Inputs.Add(new InputUse(path, input));
        return input;
    }

    /// <summary>A secret whose variable is set. Text written instead of one is not repeated in a message: it may be the secret itself.</summary>
    private Secret? BindSecret(Node node, string path)
    {
        if (node is not SecretNode { Variable: var variable })
            mistakes.Add(
                node.Location, ErrorCode.Secret,
                $"{path}: a secret is not written into a config or a command line; put it into an environment variable and write !secret env:NAME");
        else if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            mistakes.Add(node, ErrorCode.UndefinedProperty, $"{path}: the environment variable '{variable}' is not set", "set it to the secret");
        else
            return new Secret(variable);
        return null;
    }

    /// <summary>A list of references; a single <c>stage</c> or <c>stage.*</c> is one without brackets.</summary>
    private Input[]? BindInputs(Option option, Node node, string path)
    {
        var elements = node is ListNode list ? list.Elements : [node];
        var inputs = new List<Input>();
        var whole = true;
        foreach (var element in elements)
        {
            if (element is not ScalarNode { IsNull: false } scalar)
            {
                if (element is not BrokenNode)
                    Wrong(element, ErrorCode.WrongShape, path, $"{element.Described} stands where a reference to a stage belongs");
                whole = false;
            }
            else if (references!.Many(scalar) is { } found && found.All(input => references.Fits(scalar, input, option.Takes, path)))
            {
                foreach (var input in found)
                {
                    bound.Places[$"{path}[{inputs.Count}]"] = ValueOrigin.Of(scalar);
                    bound.Inputs.Add(new InputUse($"{path}[{inputs.Count}]", input));
                    inputs.Add(input);
                }
            }
            else
            {
                whole = false;
            }
        }
        return whole ? [.. inputs] : null;
    }

    private object? BindScalar(OptionType type, Option option, Node node, string path)
    {
        if (node is not ScalarNode scalar)
            return Wrong(node, node is SecretNode ? ErrorCode.Secret : ErrorCode.WrongShape, path, $"{node.Described} stands where {type.Description} belongs");
        var value = scalars.Bind(type, option.Bounds, scalar, path);
        if (value is InputPath file)
            bound.Paths.Add(new PathUse(path, file, option.Patterns));
        return value;
    }

    /// <summary>The mapping that a scalar is short for.</summary>
    internal static MappingNode Spelled(Node scalar, Option shorthand) =>
        new() { Location = scalar.Location, Origin = scalar.Origin, Entries = [new Entry(shorthand.Name, scalar.Location, scalar)] };

    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private object? Wrong(Node node, string code, string path, string wrong, string? remedy = null)
    {
        mistakes.Add(node, code, path.Length == 0 ? wrong : $"{path}: {wrong}", remedy);
        return null;
    }
}
