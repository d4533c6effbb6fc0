// A masked language model in use: texts with [MASK] in, candidates for it out.
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Inference;

/// <summary>A token for a mask; the members are those of Hugging Face's fill-mask pipeline.</summary>
/// <param name="Score">Its probability.</param>
/// <param name="Token">Its id.</param>
/// <param name="TokenStr">The token.</param>
/// <param name="Sequence">The text with the token in the mask's place.</param>
public sealed record MaskFilling(float Score, int Token, string TokenStr, string Sequence);

/// <summary>A model folder's masked language model and tokenizer, used as Hugging Face's fill-mask pipeline does.</summary>
public sealed class MaskFiller : IDisposable
{
    private readonly BertForMaskedLM model;
    private readonly BertTokenizer tokenizer;
    private readonly int? limit;

    private MaskFiller(BertForMaskedLM model, BertTokenizer tokenizer, int? limit)
    {
        this.model = model;
        this.tokenizer = tokenizer;
        this.limit = limit;
    }

    /// <summary>The text that marks a token to guess.</summary>
    public string MaskToken => tokenizer.Settings.MaskToken;

    /// <summary>Loads a masked language model.</summary>
    /// <exception cref="InputException">The folder has no complete one, or no tokenizer.</exception>
    public static MaskFiller Load(string folder, ComputeDevice device, ComputeType computeType)
    {
        var report = ModelFolder.Report(folder, nameof(BertForMaskedLM));
        if (report.Missing.Count > 0)
            throw new InputException($"{folder} is not a masked language model: its weights lack {string.Join(", ", report.Missing)}; give the model of an mlm-finetune stage or of a pretrained BERT");
        var tokenizer = BertTokenizer.Load(folder);
        var limit = RowLimit.Of(null, tokenizer, BertConfig.PositionsIn(folder));
        return new MaskFiller(ModelFolder.LoadMaskedLM(folder, seed: 0, device, computeType).Model, tokenizer, limit);
    }

    /// <summary>The ids of words to choose from. A word that is not a token is replaced by its first piece.</summary>
    /// <param name="words">The words.</param>
    /// <param name="replaced">Called for each word that is not a token, with the piece that replaces it; null if there is no such piece.</param>
    /// <exception cref="InputException">No word can be used.</exception>
    public IReadOnlyList<int> Targets(IReadOnlyList<string> words, Action<string, string?> replaced)
    {
        var ids = new SortedSet<int>();
        foreach (var word in words)
        {
            if (tokenizer.Vocabulary.Find(word) is { } whole)
            {
                ids.Add(whole);
                continue;
            }
            int? first = tokenizer.Encode(word).Ids is [_, var piece, _, ..] ? piece : null;
            replaced(word, first is { } id ? tokenizer.TokenOf(id) : null);
            if (first is { } known)
                ids.Add(known);
        }
        return ids.Count > 0 ? [.. ids] : throw new InputException($"none of {string.Join(", ", words.Select(OneLine.Quote))} is in the vocabulary; give other targets");
    }

    /// <summary>The likeliest tokens for each mask of each text, likeliest first.</summary>
    /// <param name="texts">The texts and what messages call them.</param>
    /// <param name="topK">How many tokens.</param>
    /// <param name="targets">The ids to choose from; null for all.</param>
    /// <returns>For each text, for each mask.</returns>
    /// <exception cref="InputException">A text has no mask.</exception>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<MaskFilling>>> Fill(IReadOnlyList<(string Text, string Place)> texts, int topK, IReadOnlyList<int>? targets = null)
    {
        var rows = texts.Select(text => tokenizer.Encode(text.Text, limit).Ids).ToList();
        var masks = rows.Select(row => Enumerable.Range(0, row.Length).Where(at => row[at] == tokenizer.SpecialTokens.MaskId).ToArray()).ToList();
        if (masks.FindIndex(at => at.Length == 0) is var without and >= 0)
            throw new InputException($"{texts[without].Place} has no {MaskToken}{(limit is null ? "" : $" among its first {limit} tokens")}; write {MaskToken} where the model shall guess");

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var packed = PackedRows.From(rows, model.Config, model.Device);
        var positions = masks.SelectMany((at, row) => at.Select(mask => (long)packed.RowStarts[row] + mask)).ToArray();
        var scores = nn.functional.softmax(model.Logits(packed, packed.Select(positions), null), -1);
        if (targets is not null)
            scores = scores.index_select(1, model.Device.From(targets.Select(id => (long)id).ToArray()));
        var (values, indices) = scores.topk((int)Math.Min(topK, scores.shape[1]), 1);
        var (best, ids) = (values.cpu().contiguous().data<float>().ToArray(), indices.cpu().contiguous().data<long>().ToArray());
        if (best.Any(score => !float.IsFinite(score)))
            throw new InputException("the model's answers are not numbers: its weights are damaged, or its training diverged; take another model");
        var count = (int)values.shape[1];
        var filled = new List<IReadOnlyList<IReadOnlyList<MaskFilling>>>();
        var next = 0;
        foreach (var (row, at) in rows.Zip(masks))
        {
            filled.Add([.. at.Select(mask => (IReadOnlyList<MaskFilling>)[.. Enumerable.Range(next++ * count, count)
                .Select(i => Filled(row, mask, targets is null ? (int)ids[i] : targets[(int)ids[i]], best[i], isOnly: at.Length == 1))])]);
        }
        return filled;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    // With several masks the text must show the other masks, so it shows all special tokens.
    private MaskFilling Filled(int[] row, int mask, int token, float score, bool isOnly)
    {
        var filled = (int[])row.Clone();
        filled[mask] = token;
        return new MaskFilling(score, token, tokenizer.Decode([token]), tokenizer.Decode(filled, skipSpecialTokens: isOnly));
    }
}
