// Measures what tlpipe does with text: speed beside its peer, time against rows, memory of a large corpus, texts that nobody expects.
using Tlpipe.Benchmarks;

const string Usage = """
    usage: Tlpipe.Benchmarks MODE [--name value]…

    texts    --parquet FILE --output FILE                      the texts of a table, one a line, for the other modes
    tokenize --vocab FILE --texts FILE [--repeat 8] [--threads N]
    peer     --vocab FILE --texts FILE --peer hf.py --stack FOLDER [--repeat 8] [--pairs 7]
                                                               tokenize and the peer in turn, and the median of their ratios
    scale    --vocab FILE --texts FILE [--runs 3]              time against rows, 10 k to 1 M
    fuzz     --vocab FILE [--texts 1000000] [--seed 1]         random texts: no crash, and offsets cut the text at the token
    corpus   --tokenizer FOLDER [--rows 5000000] [--folder F]  made-up rows through tlpipe run: tokenize and group-texts, and the peak of memory
    """;

if (args.Length == 0)
{
    Console.Error.WriteLine(Usage);
    return 2;
}
var given = new Arguments(args[1..]);
switch (args[0])
{
    case "texts":
        TextFile.Write(given.Required("parquet"), given.Required("output"));
        return 0;
    case "tokenize":
        TokenizeSpeed.Run(given);
        return 0;
    case "peer":
        PeerComparison.Run(given);
        return 0;
    case "scale":
        TokenizeScaling.Run(given);
        return 0;
    case "fuzz":
        return TokenizerFuzz.Run(given);
    case "corpus":
        return LargeCorpus.Run(given);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
