// Reads targets: the named groups of stages.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>Reads <c>targets:</c>. An element is a stage, an instance, <c>stage.*</c> or another target; elements excluded by their <c>when:</c> are dropped.</summary>
internal sealed class TargetsReader(PropertyScope scope, References references, IReadOnlyCollection<string> stages, Mistakes mistakes)
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> targets = new(StringComparer.Ordinal);
    private readonly List<string> reading = [];

    /// <summary>The full names of the instances of each target.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Read(MappingNode config)
    {
        if (config["targets"] is not { } section || Shape.Mapping(section.Value, section.Location!, "targets", mistakes) is not { } mapping)
            return targets;
        foreach (var entry in mapping.Entries)
            if (stages.Contains(entry.Key))
                mistakes.Add(entry.Location, ErrorCode.BadTarget, $"the target '{entry.Key}' has the name of a stage; choose another");
            else if (!StagesReader.IsName(entry.Key))
                mistakes.Add(entry.Location, ErrorCode.BadTarget, $"'{entry.Key}' cannot name a target; use letters, digits, _ and -");
            else
                entries[entry.Key] = entry;
        foreach (var name in entries.Keys)
            Members(name);
        return targets;
    }

    private IReadOnlyList<string> Members(string target)
    {
        if (targets.TryGetValue(target, out var known))
            return known;
        if (reading.Contains(target))
        {
            var circle = string.Join(" holds ", reading.SkipWhile(name => name != target).Append(target).Select(name => $"'{name}'"));
            mistakes.Add(entries[target].Location, ErrorCode.Cycle, $"targets hold each other: {circle}");
            return [];
        }
        reading.Add(target);
        var members = new List<string>();
        var value = scope.Expand(entries[target].Value);
        foreach (var element in value is ListNode list ? list.Elements : [value])
            members.AddRange(Element(target, element));
        reading.RemoveAt(reading.Count - 1);
        return targets[target] = [.. members.Distinct()];
    }

    private IReadOnlyList<string> Element(string target, Node element)
    {
        if (element is ScalarNode { IsNull: false } scalar)
            return entries.ContainsKey(scalar.Text) ? Members(scalar.Text) : references.Names(scalar, "targets", entries.Keys) ?? [];
        if (element is not BrokenNode)
            mistakes.Add(element, ErrorCode.WrongShape, $"targets: {target}: {element.Described} stands where a stage's name belongs");
        return [];
    }
}
