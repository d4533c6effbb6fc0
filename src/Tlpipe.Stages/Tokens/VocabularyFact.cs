// Whether rows were tokenized with the vocabulary of the model that reads them.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tokens;

/// <summary>
/// A fact of tokens, the fingerprint of the vocabulary that they are ids of. Facts are in no key and no digest, so tokens stay what they are; those that an older
/// version stored have none and are not checked.
/// </summary>
internal static class VocabularyFact
{
    public const string Name = "vocabulary";

    /// <summary>The first 53 bits of a SHA-256 over the tokens in the order of their ids: as many as a number of JSON holds.</summary>
    public static double Of(BertTokenizer tokenizer)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', tokenizer.Vocabulary.Tokens)));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11;
    }

    /// <summary>Checks that rows are ids of a model's vocabulary, as far as both are known.</summary>
    /// <exception cref="InputException">They are not.</exception>
    public static void Check(StageRun run, Input tokens, Input model)
    {
        if (run.Read(tokens).Facts[Name] is not { } known)
            return;
        BertTokenizer own;
        try
        {
            own = BertTokenizer.Load(run.Read(model).Folder);
        }
        catch (InputException)
        {
            // A folder without a tokenizer can be evaluated all the same.
            return;
        }
        if (Of(own) != known)
            throw new InputException($"the rows of '{tokens.Stage}' are ids of another vocabulary than the one of '{model.Stage}', so each would be read as another word; tokenize them with the tokenizer of '{model.Stage}'");
    }
}
