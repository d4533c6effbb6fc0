// Turns a mapping into an options record, strictly.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>A file or folder that an option names.</summary>
public sealed record PathOption(string Role, InputPath Path, IReadOnlyList<string>? Patterns);

/// <summary>What binding a mapping found beside the record: references, paths, and where each option stands.</summary>
internal sealed class Bound
{
    public List<(string Role, Input Input)> Inputs { get; } = [];

    public List<PathOption> Paths { get; } = [];

    public Dictionary<string, SourceLocation> Locations { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Binds nodes to options records. A mistake is reported once and the option keeps its default, so that one mistake makes no other.
/// </summary>
/// <param name="references">Finds the outputs that a reference means.</param>
/// <param name="root">The folder that paths in the config are relative to.</param>
/// <param name="currentFolder">The folder that paths on the command line are relative to.</param>
/// <param name="mistakes">Receives the mistakes.</param>
internal sealed class OptionsBinder(References references, string root, string currentFolder, List<Diagnostic> mistakes)
{
    /// <summary>Binds a mapping.</summary>
    /// <param name="model">The record.</param>
    /// <param name="node">The mapping; null where there is none.</param>
    /// <param name="place">What to blame for an option that is missing.</param>
    /// <param name="bound">Receives what else was found.</param>
    /// <param name="prefix">The role of the record itself, with a dot behind it; empty for a stage's own options.</param>
    public object Bind(OptionModel model, ConfigNode? node, SourceLocation place, Bound bound, string prefix = "")
    {
        var record = model.NewRecord();
        if (node is not null and not MappingNode and not Properties.Unknown)
        {
            if (model.Shorthand is null)
            {
                Wrong(node, ErrorCode.WrongShape, $"{(prefix.Length == 0 ? "with" : prefix[..^1])} has to be a mapping");
                return record;
            }
            var only = model.Options.Single(o => o.Property.Name == model.Shorthand);
            Set(record, only, node, bound, prefix + only.Name);
            return record;
        }
        var mapping = node as MappingNode;
        foreach (var entry in mapping?.Entries ?? [])
        {
            bound.Locations[prefix + entry.Key] = entry.Value.Location;
            if (model.Options.FirstOrDefault(o => o.Name == entry.Key) is { } option)
                Set(record, option, entry.Value, bound, prefix + option.Name);
            else
                mistakes.Add(new Diagnostic(entry.KeyLocation, ErrorCode.UnknownKey, $"there is no option '{entry.Key}' here{DidYouMean.Suggest(entry.Key, model.Options.Select(o => o.Name))}"));
        }
        if (node is not Properties.Unknown)
            ReportMissing(model, mapping, place, prefix);
        SetNames(model, record);
        return record;
    }

    private void ReportMissing(OptionModel model, MappingNode? mapping, SourceLocation place, string prefix)
    {
        foreach (var option in model.Options.Where(o => o.Required && mapping?[o.Name] is null))
            mistakes.Add(new Diagnostic(mapping?.Location ?? place, ErrorCode.MissingKey, $"the option '{prefix}{option.Name}' is missing; it has to be given"));
    }

    private static void SetNames(OptionModel model, object record)
    {
        foreach (var option in model.Options.Where(o => o.NamesOf is not null && o.Property.GetValue(record) is null))
        {
            var inputs = model.Options.Single(o => o.Name == option.NamesOf).Property.GetValue(record) as IReadOnlyList<Input> ?? [];
            option.Property.SetValue(record, inputs.Select(i => i.Name).ToArray());
        }
    }

    private void Set(object record, Option option, ConfigNode node, Bound bound, string role)
    {
        bound.Locations[role] = node.Location;
        if (node is Properties.Unknown)
            return;
        if (node is ScalarNode { IsNull: true } && !option.Required)
            return;
        if (OptionModel.ElementOf(option.Type) is { } element)
            SetList(record, option, element, node, bound, role);
        else if (OptionModel.IsRecord(option.Type))
            option.Property.SetValue(record, Bind(OptionModel.Of(option.Type), node, node.Location, bound, role + "."));
        else if (option.Type == typeof(Input))
            SetInput(record, option, node, bound, role);
        else if (Scalar(node, role) is { } scalar && Value(scalar, option.Type, option, role) is { } value)
        {
            option.Property.SetValue(record, value);
            if (value is InputPath path)
                bound.Paths.Add(new PathOption(role, path, option.Patterns));
        }
    }

    private void SetInput(object record, Option option, ConfigNode node, Bound bound, string role)
    {
        if (Scalar(node, role) is not { } scalar || references.Find(scalar) is not { } found)
            return;
        if (found.Count != 1)
        {
            Wrong(scalar, ErrorCode.UnknownReference, $"{role} takes one output, and '{scalar.Text}' means {found.Count}; name one of {string.Join(", ", found.Select(i => i.Stage))}");
            return;
        }
        option.Property.SetValue(record, found[0]);
        bound.Inputs.Add((role, found[0]));
    }

    private void SetList(object record, Option option, Type element, ConfigNode node, Bound bound, string role)
    {
        // One scalar is a list of one: results: scores.*
        var nodes = node is ListNode list ? list.Items : [node];
        var values = new List<object>();
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is Properties.Unknown || Scalar(nodes[i], role) is not { } scalar)
                return;
            if (element == typeof(Input))
                values.AddRange(references.Find(scalar) ?? []);
            else if (Value(scalar, element, option, $"{role}[{i}]") is { } value)
                values.Add(value);
        }
        var array = Array.CreateInstance(element, values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            array.SetValue(values[i], i);
            if (values[i] is Input input)
                bound.Inputs.Add(($"{role}[{i}]", input));
        }
        option.Property.SetValue(record, array);
    }

    private object? Value(ScalarNode scalar, Type type, Option option, string role)
    {
        if (type == typeof(string))
            return scalar.Text;
        if (type == typeof(InputPath))
            return Path(scalar, role);
        if (type == typeof(Expression))
            return Expression(scalar);
        if (type == typeof(TimeSpan))
            return Duration(scalar, role);
        if (type.IsEnum)
            return EnumValue(scalar, type, role);
        if (type == typeof(bool))
            return scalar is { IsPlain: true, Text: "true" or "false" } ? scalar.Text == "true" : Wrong(scalar, ErrorCode.BadValue, $"{role}: '{scalar.Text}' is neither true nor false");
        return Number(scalar, type, option, role);
    }

    private object? Number(ScalarNode scalar, Type type, Option option, string role)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        object? value = null;
        if (scalar.IsPlain && type == typeof(double) && double.TryParse(scalar.Text, Real, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            value = real;
        else if (scalar.IsPlain && long.TryParse(scalar.Text, Whole, CultureInfo.InvariantCulture, out var whole) && type != typeof(double))
            value = type == typeof(long) ? whole : whole is >= int.MinValue and <= int.MaxValue ? (int)whole : null;
        if (value is null)
            return Wrong(scalar, ErrorCode.BadValue, $"{role}: '{scalar.Text}' is not a {(type == typeof(double) ? "number" : "whole number")}{(scalar.IsPlain ? "" : "; remove the quotes")}");
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (option.Range is { } range && (number < range.Min || number > range.Max || (range.ExcludeMin && number == range.Min)))
            return Wrong(scalar, ErrorCode.BadValue, $"{role}: {scalar.Text} is out of range; it has to be {Bounds(range)}");
        return value;
    }

    private static string Bounds(RangeAttribute range) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(range.ExcludeMin ? "more than" : "at least")} {range.Min}{(double.IsPositiveInfinity(range.Max) ? "" : $" and at most {range.Max}")}");

    private object? EnumValue(ScalarNode scalar, Type type, string role)
    {
        var values = Enum.GetValues(type).Cast<object>().ToList();
        return values.FirstOrDefault(v => OptionModel.WordOf(v) == scalar.Text)
            ?? Wrong(scalar, ErrorCode.BadValue, $"{role}: '{scalar.Text}' is none of {string.Join(", ", values.Select(OptionModel.WordOf))}");
    }

    private object? Duration(ScalarNode scalar, string role)
    {
        var digits = scalar.Text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = scalar.Text[digits..] switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.Zero,
        };
        if (unit == TimeSpan.Zero || !double.TryParse(scalar.Text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            return Wrong(scalar, ErrorCode.BadValue, $"{role}: '{scalar.Text}' is no duration; write one such as 30s, 5min or 2h");
        return unit * count;
    }

    private object? Expression(ScalarNode scalar)
    {
        try
        {
            var start = scalar.IsPlain ? scalar.Location : scalar.Location with { Column = scalar.Location.Column + 1 };
            return Config.Expression.Parse(scalar.Text, start);
        }
        catch (PipelineException e)
        {
            mistakes.AddRange(e.Diagnostics);
            return null;
        }
    }

    private object? Path(ScalarNode scalar, string role)
    {
        if (scalar.Text.Length == 0)
            return Wrong(scalar, ErrorCode.BadValue, $"{role} names no file");
        var full = System.IO.Path.GetFullPath(scalar.Text, scalar.FromCommandLine ? currentFolder : root);
        return new InputPath(full, scalar.Text, scalar.Location);
    }

    private ScalarNode? Scalar(ConfigNode node, string role)
    {
        if (node is ScalarNode scalar)
            return scalar;
        Wrong(node, ErrorCode.WrongShape, $"{role} has to be one value, not a {(node is ListNode ? "list" : "mapping")}");
        return null;
    }

    private object? Wrong(ConfigNode node, string code, string message)
    {
        mistakes.Add(new Diagnostic(node.Location, code, message));
        return null;
    }
}
