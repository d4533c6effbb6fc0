// Reads YAML text into a tree of nodes with places.
using Tlpipe.Engine.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tlpipe.Engine.Config;

/// <summary>Turns YAML's events into nodes.</summary>
internal sealed class YamlText
{
    private readonly Dictionary<string, ConfigNode> anchors = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> mistakes;
    private readonly string file;
    private readonly IParser parser;

    private YamlText(string file, TextReader text, List<Diagnostic> mistakes)
    {
        this.file = file;
        this.mistakes = mistakes;
        parser = new Parser(new Scanner(text, skipComments: true));
    }

    /// <summary>Reads one document.</summary>
    /// <param name="file">The file's name, as messages show it.</param>
    /// <param name="text">Its text.</param>
    /// <param name="mistakes">Receives duplicate keys.</param>
    /// <exception cref="PipelineException">The text is no YAML.</exception>
    public static ConfigNode Parse(string file, string text, List<Diagnostic> mistakes)
    {
        try
        {
            var reader = new YamlText(file, new StringReader(text), mistakes);
            reader.parser.Consume<StreamStart>();
            if (reader.parser.Accept<StreamEnd>(out _))
                throw new PipelineException(new SourceLocation(file, 1, 1), ErrorCode.Syntax, "the file is empty; 'name' and 'stages' have to be there");
            reader.parser.Consume<DocumentStart>();
            var root = reader.Node();
            reader.parser.Consume<DocumentEnd>();
            if (!reader.parser.Accept<StreamEnd>(out _))
                throw new PipelineException(reader.Place(reader.parser.Current!), ErrorCode.Syntax, "a second YAML document begins here; a config is one document");
            return root;
        }
        catch (YamlException e)
        {
            throw new PipelineException(
                new SourceLocation(file, (int)e.Start.Line, (int)e.Start.Column), ErrorCode.Syntax, $"this is not YAML: {Words(e)}");
        }
    }

    private ConfigNode Node()
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return anchors.TryGetValue(alias.Value.Value, out var known)
                ? known
                : throw new PipelineException(Place(alias), ErrorCode.Syntax, $"there is no anchor '&{alias.Value.Value}' before this");
        }
        var next = (NodeEvent)parser.Current!;
        var anchor = next.Anchor;
        var node = Anchorless();
        if (!anchor.IsEmpty)
            anchors[anchor.Value] = node;
        return node;
    }

    private ConfigNode Anchorless()
    {
        if (parser.TryConsume<Scalar>(out var scalar))
            return new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, Place(scalar));
        if (parser.TryConsume<SequenceStart>(out var list))
        {
            var items = new List<ConfigNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
                items.Add(Node());
            return new ListNode(items, Place(list));
        }
        var mapping = parser.Consume<MappingStart>();
        var entries = new List<MappingEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
            AddEntry(entries);
        return new MappingNode(entries, Place(mapping));
    }

    private void AddEntry(List<MappingEntry> entries)
    {
        var key = Node();
        var value = Node();
        if (key is not ScalarNode name)
            mistakes.Add(new Diagnostic(key.Location, ErrorCode.WrongShape, "a key has to be a word"));
        else if (entries.FirstOrDefault(e => e.Key == name.Text) is { } first)
            mistakes.Add(new Diagnostic(name.Location, ErrorCode.DuplicateKey, $"'{name.Text}' stands here again; it is on line {first.KeyLocation.Line} already, keep one of them"));
        else
            entries.Add(new MappingEntry(name.Text, name.Location, value));
    }

    private SourceLocation Place(ParsingEvent e) => new(file, (int)e.Start.Line, (int)e.Start.Column);

    private static string Words(YamlException e)
    {
        var message = e.Message;
        var colon = message.IndexOf("): ", StringComparison.Ordinal);
        return (colon < 0 ? message : message[(colon + 3)..]).ReplaceLineEndings(" ").TrimEnd('.');
    }
}
