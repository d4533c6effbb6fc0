// Reads YAML into nodes, from the parser's events.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tlpipe.Engine.Config;

/// <summary>Reads one YAML document. Aliases stand for their anchor's node; merge keys and every tag but <c>!secret</c> are refused.</summary>
internal sealed partial class YamlReader
{
    /// <summary>Hand-written configs stay below it; deeper texts would overflow the stack, which holds a frame for each level.</summary>
    private const int DeepestLevel = 100;

    /// <summary>Nodes that aliases may repeat: more is a text made to grow.</summary>
    private const int MostRepeated = 100_000;

    private readonly string file;
    private readonly string text;
    private readonly Mistakes mistakes;
    private readonly IParser parser;
    private readonly Dictionary<AnchorName, (Node Node, int Size)> anchors = [];
    private int level;
    private int read;
    private int repeated;

    private YamlReader(string file, string text, Mistakes mistakes)
    {
        this.file = file;
        this.text = text;
        this.mistakes = mistakes;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's node, or null for an empty document.</summary>
    /// <param name="file">The file's name, for places.</param>
    /// <param name="text">Its text.</param>
    /// <param name="mistakes">Receives YAML features that are not allowed in a config.</param>
    /// <exception cref="PipelineException">The text is not YAML.</exception>
    public static Node? Read(string file, string text, Mistakes mistakes) => new YamlReader(file, text, mistakes).Read();

    private Node? Read()
    {
        try
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = ReadNode();
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
                throw new PipelineException(Place(second.Start), ErrorCode.Syntax, "a second document begins here; a config is one document");
            return root;
        }
        catch (YamlException problem)
        {
            throw YamlProblem.Describe(file, text, problem);
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16 forgets to turn one mistake into a YamlException of its own.
            throw YamlProblem.Describe(file, parser.Current?.End ?? Mark.Empty);
        }
    }

    private Node ReadNode()
    {
        var place = Place(parser.Current!.Start);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (anchors.TryGetValue(alias.Value, out var anchored))
                return Repeated(anchored.Node, anchored.Size, place);
            mistakes.Add(place, ErrorCode.UndefinedProperty, $"there is no anchor '&{alias.Value}' before this alias; use a property: $(name)");
            return new BrokenNode { Location = place };
        }

        if (parser.Current is not NodeEvent start)
            throw new PipelineException(place, ErrorCode.Syntax, "a value was expected here; look at the brackets before it");
        if (++level > DeepestLevel)
            throw new PipelineException(place, ErrorCode.TooLarge, $"more than {DeepestLevel} levels are nested here; write the config flatter");
        var before = read++;
        Node node = start switch
        {
            Scalar => ReadScalar(place),
            SequenceStart => ReadList(place),
            _ => ReadMapping(place),
        };
        level--;
        if (!start.Tag.IsEmpty)
            node = Tagged(start.Tag.Value, node, place);
        if (!start.Anchor.IsEmpty)
            anchors[start.Anchor] = (node, read - before);
        return node;
    }

    private Node Repeated(Node node, int size, SourceLocation place)
    {
        read += size;
        repeated += size;
        return repeated <= MostRepeated
            ? node
            : throw new PipelineException(place, ErrorCode.TooLarge, string.Create(CultureInfo.InvariantCulture, $"aliases repeat more than {MostRepeated:N0} values up to here; write the config without them"));
    }

    private Node Tagged(string tag, Node node, SourceLocation place)
    {
        if (tag != "!secret")
            mistakes.Add(place, ErrorCode.UnknownKey, $"unknown tag '{tag}'; the only tag of a config is !secret");
        else if (node is ScalarNode scalar && SecretText().Match(scalar.Text) is { Success: true } match)
            return new SecretNode { Location = place, Variable = match.Groups[1].Value };
        else
            mistakes.Add(place, ErrorCode.Secret, "a secret comes from the environment and is not written down; write !secret env:NAME");
        return new BrokenNode { Location = place };
    }

    private ScalarNode ReadScalar(SourceLocation place)
    {
        var scalar = parser.Consume<Scalar>();
        return new ScalarNode
        {
            Location = place,
            Text = scalar.Value,
            Quoted = scalar.Style != ScalarStyle.Plain,
            Places = ScalarPlaces.Find(text, scalar, place),
        };
    }

    private ListNode ReadList(SourceLocation place)
    {
        parser.Consume<SequenceStart>();
        var elements = ImmutableArray.CreateBuilder<Node>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            elements.Add(ReadNode());
        return new ListNode { Location = place, Elements = elements.ToImmutable() };
    }

    private MappingNode ReadMapping(SourceLocation place)
    {
        parser.Consume<MappingStart>();
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var places = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var isIncomplete = false;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode();
            var value = ReadNode();
            if (key is not ScalarNode { Text: var name, Location: { } keyPlace })
            {
                isIncomplete = true;
                if (key is not BrokenNode)
                    mistakes.Add(key, ErrorCode.WrongShape, $"{key.Described} cannot be a key", "a key is text");
            }
            else if (name == "<<")
            {
                isIncomplete = true;
                mistakes.Add(keyPlace, ErrorCode.UnknownKey, "merge keys (<<) are not supported; repeat the keys, or use a property: $(name)");
            }
            else if (places.TryGetValue(name, out var first))
            {
                mistakes.Add(
                    keyPlace, ErrorCode.DuplicateKey, $"the key '{name}' stands here for the second time; the first is in line {first.Line}");
            }
            else
            {
                places[name] = keyPlace;
                entries.Add(new Entry(name, keyPlace, value));
            }
        }
        return new MappingNode { Location = place, Entries = entries.ToImmutable(), IsIncomplete = isIncomplete };
    }

    private SourceLocation Place(Mark mark) => new(file, (int)mark.Line, (int)mark.Column);

    [GeneratedRegex("^env:([A-Za-z_][A-Za-z0-9_]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex SecretText();
}
