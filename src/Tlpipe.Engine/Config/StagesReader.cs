// Reads the stages: section: expands matrices, binds options, checks and orders the instances.
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>Reads the <c>stages:</c> section.</summary>
internal sealed partial class StagesReader(StageCatalog catalog, Overrides overrides, PropertyScope scope, ScalarBinder scalars, Mistakes mistakes)
{
    private readonly Conditions conditions = new(scope, mistakes);

    /// <summary>The targets; empty before <see cref="Read"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Targets { get; private set; } = new Dictionary<string, IReadOnlyList<string>>();

    public static bool IsName(string text) => StageName().IsMatch(text);

    private static readonly string[] Keys = ["uses", "with", "when", "matrix", "after", "expect"];

    private static readonly Dictionary<string, string> Empty = [];

    /// <summary>A stage before its options are bound.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Location">The place of the name.</param>
    /// <param name="Body">The node under it.</param>
    /// <param name="Shape">The facts that references need about it.</param>
    /// <param name="Instances">Its instances; one null if it has no matrix.</param>
    private sealed record Draft(
        string Name, SourceLocation Location, MappingNode Body, StageShape Shape, IReadOnlyList<MatrixInstance?> Instances);

    /// <summary>The instances, ordered; incomplete if there are mistakes.</summary>
    public IReadOnlyList<StageInstance> Read(MappingNode config, SourceLocation start)
    {
        var drafts = Drafts(config, start);
        if (drafts is null)
            return [];
        overrides.ReportUnknownStages([.. drafts.Select(draft => draft.Name)]);
        var references = new References(drafts.ToDictionary(draft => draft.Name, draft => draft.Shape, StringComparer.Ordinal), mistakes);
        Targets = new TargetsReader(scope, references, [.. drafts.Select(draft => draft.Name)], mistakes).Read(config);
        var candidates = drafts
            .SelectMany(draft => draft.Instances, (draft, instance) => Bind(draft, instance?.Name, instance?.Values, references))
            .ToList();
        overrides.ReportUnknownInstances([.. drafts.Select(draft => draft.Shape)]);
        if (drafts.Count > 0 && drafts.TrueForAll(draft => draft.Shape.LeftOutBy is not null))
            mistakes.Add(start, ErrorCode.MissingKey, "no stage is left: the when of each is false; change a property that they ask for, such as -p NAME=VALUE");
        var ordered = StageOrder.Sort(candidates, mistakes);
        return [.. ordered.Select(candidate => candidate.Stage).OfType<StageInstance>()];
    }

    private List<Draft>? Drafts(MappingNode config, SourceLocation start)
    {
        if (config["stages"] is not { } section)
        {
            mistakes.Add(start, ErrorCode.MissingKey, "the key 'stages' is missing; a config has at least one stage");
            return null;
        }
        if (Shape.Mapping(section.Value, section.Location!, "stages", mistakes) is not { } stages)
            return null;
        if (stages.Entries.IsEmpty)
            mistakes.Add(section.Location, ErrorCode.MissingKey, "stages: is empty; a config has at least one stage");

        var drafts = new List<Draft>();
        foreach (var entry in stages.Entries)
        {
            if (!StageName().IsMatch(entry.Key))
                mistakes.Add(entry.Location, ErrorCode.BadValue, $"'{entry.Key}' cannot name a stage; use letters, digits, _ and -");
            drafts.Add(DraftOf(entry));
        }
        return drafts;
    }

    private Draft DraftOf(Entry entry)
    {
        var place = entry.Location!;
        var body = Shape.Mapping(entry.Value, place, entry.Key, mistakes);
        if (body is null)
        {
            var empty = new MappingNode { Location = place, Entries = [] };
            return new Draft(entry.Key, place, empty, new StageShape(entry.Key, null, null, Broken: true), []);
        }

        Shape.ReportUnknownKeys(body, Keys, mistakes);
        var kind = Kind(entry.Key, place, body);
        var shape = new StageShape(entry.Key, kind, null, Broken: false);
        var when = body["when"] is { } key ? conditions.Parse(key.Value) : null;
        var isBroken = body["when"] is not null && when is null;
        if (!isBroken && when is { UsesMatrix: false })
            switch (conditions.Holds(when))
            {
                case null:
                    isBroken = true;
                    break;
                // A stage that is left out may refer to others that are left out, so nothing more of it is checked.
                case false:
                    return new Draft(entry.Key, place, body, shape with { LeftOutBy = when.Text.Location ?? place }, []);
                default:
                    when = null;
                    break;
            }
        if (isBroken)
            return new Draft(entry.Key, place, body, shape with { Broken = true }, []);
        if (body["matrix"] is { } matrix)
            return WithMatrix(entry.Key, place, body, shape, matrix.Value, when);
        return when is null || conditions.Holds(when) is not null
            ? new Draft(entry.Key, place, body, shape, [null])
            : new Draft(entry.Key, place, body, shape with { Broken = true }, []);
    }

    /// <param name="name">The stage's name.</param>
    /// <param name="place">Its place.</param>
    /// <param name="body">The node under it.</param>
    /// <param name="shape">Its shape without its matrix.</param>
    /// <param name="matrix">The node under <c>matrix:</c>.</param>
    /// <param name="when">A condition that can differ between instances, or null.</param>
    private Draft WithMatrix(string name, SourceLocation place, MappingNode body, StageShape shape, Node matrix, Conditions.Condition? when)
    {
        if (new MatrixExpansion(mistakes).Expand(scope.Expand(matrix)) is not { } instances)
            return new Draft(name, place, body, shape with { Broken = true }, []);
        var kept = new List<MatrixInstance>();
        var leftOut = new Dictionary<string, SourceLocation?>(StringComparer.Ordinal);
        foreach (var instance in instances)
            switch (when is null ? true : conditions.Holds(when, instance.Values))
            {
                case null:
                    return new Draft(name, place, body, shape with { Broken = true }, []);
                case false:
                    leftOut[instance.Name] = when!.Text.Location;
                    break;
                default:
                    kept.Add(instance);
                    break;
            }
        var whole = shape with { Instances = [.. kept.Select(instance => instance.Name)], LeftOutInstances = leftOut };
        return new Draft(name, place, body, kept.Count > 0 ? whole : whole with { LeftOutBy = when!.Text.Location ?? place }, kept);
    }

    private StageKind? Kind(string stage, SourceLocation place, MappingNode body)
    {
        if (body["uses"] is not { } uses)
        {
            mistakes.Add(place, ErrorCode.MissingKey, $"stage '{stage}' has no 'uses'; say which kind of stage it is");
            return null;
        }
        var node = scope.Expand(uses.Value);
        if (node is BrokenNode)
            return null;
        if (node is not ScalarNode { IsNull: false } kind)
            mistakes.Add(node, ErrorCode.WrongShape, $"uses: {node.Described} stands where a kind of stage belongs");
        else if (catalog.TryGet(kind.Text, out var found))
            return found;
        else
            mistakes.Add(
                node, ErrorCode.UnknownStageKind, $"there is no kind of stage '{kind.Text}'",
                DidYouMean.Hint(kind.Text, catalog.Names, "the kinds"));
        return null;
    }

    private Candidate Bind(Draft draft, string? instance, MatrixValues? values, References references)
    {
        var name = instance is null ? draft.Name : $"{draft.Name}.{instance}";
        var after = After(draft.Body["after"], values, references);
        if (draft.Shape.Kind is not { } kind)
            return new Candidate(name, draft.Location, after ?? [], null);

        var with = draft.Body["with"];
        var given = with is null ? null : scope.Expand(with.Value, values);
        var node = overrides.Apply(draft.Name, kind.Options, given, instance, value => scope.Expand(value, values));
        var bound = new OptionBinder($"'{kind.Kind}'", scalars, references, mistakes)
            .Bind(kind.Options, node, with?.Location ?? draft.Location);
        var expected = Expected(draft.Body["expect"], instance, values, draft.Shape);
        var needs = bound.Inputs.Select(use => use.Input.Stage).Concat(after ?? []).ToList();
        if (bound.Options is not { } options || after is null || expected is null)
            return new Candidate(name, draft.Location, needs, null);

        var stage = new StageInstance
        {
            Name = name,
            StageName = draft.Name,
            Instance = instance,
            Kind = kind,
            Options = options,
            Inputs = bound.Inputs,
            Paths = bound.Paths,
            After = after,
            Matrix = values?.Text ?? Empty,
            Expected = expected,
            Location = draft.Location,
            Origins = bound.Places,
        };
        Check(stage, bound);
        return new Candidate(name, draft.Location, needs, stage);
    }

    private void Check(StageInstance stage, Bound bound)
    {
        foreach (var (option, message) in stage.Kind.Check(stage.Options))
            mistakes.Add(
                bound.Places.GetValueOrDefault(option) ?? new ValueOrigin(OriginKind.Config, stage.LocationOf(option), null),
                ErrorCode.Contradiction,
                option.Length == 0 ? message : $"{option}: {message}");
    }

    /// <summary>The full names that <c>after:</c> lists, or null if it is wrong (reported).</summary>
    private List<string>? After(Entry? after, MatrixValues? values, References references)
    {
        if (after is null)
            return [];
        var node = scope.Expand(after.Value, values);
        if (node is BrokenNode)
            return null;
        if (node is not ListNode list)
        {
            mistakes.Add(node, ErrorCode.WrongShape, $"after: {node.Described} stands where a list of stages belongs");
            return null;
        }
        var names = new List<string>();
        var whole = true;
        foreach (var element in list.Elements)
        {
            if (element is ScalarNode { IsNull: false } scalar)
            {
                var found = references.Names(scalar);
                whole &= found is not null;
                names.AddRange(found ?? []);
                continue;
            }
            whole = false;
            if (element is not BrokenNode)
                mistakes.Add(element, ErrorCode.WrongShape, $"after: {element.Described} stands where a stage's name belongs");
        }
        return whole ? [.. names.Distinct()] : null;
    }

    /// <summary>The facts that <c>expect:</c> gives for an instance, by output, or null if it is wrong (reported).</summary>
    private Dictionary<string, Facts>? Expected(Entry? expect, string? instance, MatrixValues? values, StageShape shape)
    {
        var facts = new Dictionary<string, Facts>(StringComparer.Ordinal);
        if (expect is null)
            return facts;
        return Shape.Mapping(scope.Expand(expect.Value, values), expect.Location!, "expect", mistakes) is { } mapping
            && Expect(mapping, shape.Kind!.Outputs[0].Name, instance, shape, facts) ? facts : null;
    }

    /// <summary>A number is a fact; a mapping belongs to the instance or the output that its key names.</summary>
    private bool Expect(MappingNode mapping, string output, string? instance, StageShape shape, Dictionary<string, Facts> facts)
    {
        var whole = true;
        foreach (var (key, location, value) in mapping.Entries)
        {
            if (value is MappingNode inner)
            {
                if (instance is not null && (shape.HasInstance(key) || shape.LeftOutInstances.ContainsKey(key)))
                {
                    whole &= key != instance || Expect(inner, output, instance: null, shape, facts);
                }
                else if (shape.Kind!.HasOutput(key))
                {
                    whole &= Expect(inner, key, instance, shape, facts);
                }
                else
                {
                    var known = (instance is null ? [] : shape.Instances!).Concat(shape.Kind.Outputs.Select(known => known.Name)).ToList();
                    mistakes.Add(
                        location, ErrorCode.UnknownKey,
                        $"expect: '{key}' is not an instance or output of stage '{shape.Name}'; {DidYouMean.Hint(key, known, "they")}");
                    whole = false;
                }
            }
            else if (value is ScalarNode { Quoted: false } scalar
                && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                facts[output] = facts.GetValueOrDefault(output, Facts.None).With(key, number);
            }
            else if (value is not BrokenNode)
            {
                mistakes.Add(value, ErrorCode.BadValue, $"expect: {key}: {value.Described} is not a number");
                whole = false;
            }
        }
        return whole;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex StageName();
}
