// Options with some of their values replaced by values given as text.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>Replaces values of bound options, as a search over them does.</summary>
public static class OptionValues
{
    /// <summary>A copy of the options in which these have other values.</summary>
    /// <param name="model">The record's options.</param>
    /// <param name="options">The record.</param>
    /// <param name="values">By option, the value as YAML text.</param>
    /// <exception cref="PipelineException">The option is unknown, is not a scalar, or cannot have that value; without a place.</exception>
    public static object Replace(OptionModel model, object options, IEnumerable<KeyValuePair<string, string>> values)
    {
        var copy = model.Create();
        foreach (var option in model.Options)
            option.Set(copy, option.Get(options));
        var mistakes = new Mistakes();
        var scalars = new ScalarBinder(root: "/", currentFolder: "/", mistakes);
        foreach (var (name, text) in values)
        {
            if (model[name] is not { } option)
                mistakes.Add((SourceLocation?)null, ErrorCode.UnknownKey, $"unknown option '{name}'; {DidYouMean.Hint(name, [.. model.Options.Select(o => o.Name)], "its options")}");
            else if (option.Type.Kind is not (ValueKind.Text or ValueKind.Switch or ValueKind.Integer or ValueKind.Number or ValueKind.Word))
                mistakes.Add((SourceLocation?)null, ErrorCode.BadValue, $"{name} is {option.Type.Description}; only texts, numbers, switches and words can be searched over");
            else
                Set(option, copy, new ScalarNode { Location = null, Text = text }, scalars, mistakes);
        }
        mistakes.ThrowIfAny();
        return copy;
    }

    private static void Set(Option option, object options, ScalarNode value, ScalarBinder scalars, Mistakes mistakes)
    {
        if (value.IsNull && option.Type.Nullable)
            option.Set(options, null);
        else if (value.IsNull)
            mistakes.Add((SourceLocation?)null, ErrorCode.BadValue, $"{option.Name}: nothing stands where {option.Type.Description} belongs");
        else if (scalars.Bind(option.Type, option.Bounds, value, option.Name) is { } bound)
            option.Set(options, bound);
    }
}
