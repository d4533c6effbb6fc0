// A pickle machine that knows only what a state dict needs (docs/hf-parity.md 14.7) and executes nothing.
using System.Buffers.Binary;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>
/// Reads one pickle of protocol 2 or 3 into plain data. Calls are looked up among a few words of our own
/// (<see cref="TorchGlobals"/>); any other global or opcode ends the reading. Work and memory grow no faster than the pickle.
/// </summary>
internal sealed class Unpickler
{
    /// <summary>The steps one pickle may take; a state dict takes about 25 for a tensor.</summary>
    private const int MaxSteps = 500_000;

    private readonly TorchFile file;
    private readonly PickleReader reader;
    private readonly TorchGlobals globals;
    private readonly List<object?> stack = [];
    private readonly Stack<int> marks = new();
    private readonly Dictionary<uint, object?> memo = [];
    private int steps;

    private Unpickler(TorchFile file, PickleReader reader)
    {
        this.file = file;
        this.reader = reader;
        globals = new TorchGlobals(file, Charge);
    }

    /// <summary>Reads the pickle that begins at the reader's position and leaves the reader behind it.</summary>
    /// <returns>The object, and the storages that it names, by their keys.</returns>
    /// <exception cref="InputException">The pickle is broken, too long, or asks for something that no state dict needs.</exception>
    public static (object? Value, IReadOnlyDictionary<string, TorchStorage> Storages) Load(TorchFile file, PickleReader reader)
    {
        var unpickler = new Unpickler(file, reader);
        while (unpickler.Step())
            unpickler.Charge(1);
        return (unpickler.PopLast(), unpickler.globals.Storages);
    }

    /// <summary>Takes one opcode; false after STOP. The names are those of Python's pickletools.</summary>
    private bool Step()
    {
        var opcode = reader.ReadByte();
        switch (opcode)
        {
            case 0x80: CheckProtocol(reader.ReadByte()); break; // PROTO
            case (byte)'.': return false; // STOP
            case (byte)'(': marks.Push(stack.Count); break; // MARK
            case (byte)'N': stack.Add(null); break; // NONE
            case 0x88: stack.Add(true); break; // NEWTRUE
            case 0x89: stack.Add(false); break; // NEWFALSE
            case (byte)'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(reader.ReadBytes(4))); break; // BININT
            case (byte)'K': stack.Add((long)reader.ReadByte()); break; // BININT1
            case (byte)'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(reader.ReadBytes(2))); break; // BININT2
            case 0x8a: stack.Add(ReadLong()); break; // LONG1
            case (byte)'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(reader.ReadBytes(8))); break; // BINFLOAT
            case (byte)'X': stack.Add(reader.ReadText(ReadUInt32())); break; // BINUNICODE
            case (byte)'U': stack.Add(reader.ReadText(reader.ReadByte())); break; // SHORT_BINSTRING
            case (byte)'}': stack.Add(new PickleDict()); break; // EMPTY_DICT
            case (byte)']': stack.Add(new List<object?>()); break; // EMPTY_LIST
            case (byte)')': stack.Add(Array.Empty<object?>()); break; // EMPTY_TUPLE
            case 0x85: stack.Add(Pop(1)); break; // TUPLE1
            case 0x86: stack.Add(Pop(2)); break; // TUPLE2
            case 0x87: stack.Add(Pop(3)); break; // TUPLE3
            case (byte)'t': stack.Add(PopToMark()); break; // TUPLE
            case (byte)'a': Append(Pop(1)); break; // APPEND
            case (byte)'e': Append(PopToMark()); break; // APPENDS
            case (byte)'s': SetItems(Pop(2)); break; // SETITEM
            case (byte)'u': SetItems(PopToMark()); break; // SETITEMS
            case (byte)'q': memo[reader.ReadByte()] = Top(); break; // BINPUT
            case (byte)'r': memo[ReadUInt32()] = Top(); break; // LONG_BINPUT
            case (byte)'h': stack.Add(Recall(reader.ReadByte())); break; // BINGET
            case (byte)'j': stack.Add(Recall(ReadUInt32())); break; // LONG_BINGET
            case (byte)'c': stack.Add(globals.Find(reader.ReadLine(), reader.ReadLine())); break; // GLOBAL
            case (byte)'Q': stack.Add(globals.FindStorage(Pop(1)[0])); break; // BINPERSID
            case (byte)'R': Reduce(Pop(2)); break; // REDUCE
            case (byte)'b': Build(Pop(1)[0]); break; // BUILD
            default: throw file.Refuse($"its pickle uses the opcode 0x{opcode:x2}, which no state dict needs");
        }
        return true;
    }

    private void CheckProtocol(byte protocol)
    {
        if (protocol is not (2 or 3))
            throw file.Refuse($"its pickle has protocol {protocol}; tlpipe reads 2 and 3", "save it again with torch.save");
    }

    private long ReadLong()
    {
        var bytes = reader.ReadBytes(reader.ReadByte());
        if (bytes.Length > sizeof(long))
            throw file.Refuse("its pickle holds a number of more than 64 bits");
        var value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1L : 0L;
        for (var i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(reader.ReadBytes(4));

    private object? Recall(uint index) =>
        memo.TryGetValue(index, out var value) ? value : throw file.Refuse($"its pickle recalls {index}, which it never stored");

    private void Append(object?[] values)
    {
        if (Top() is not List<object?> list)
            throw file.Refuse("its pickle appends to what is not a list");
        list.AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        if (Top() is not PickleDict dict || values.Length % 2 != 0)
            throw file.Refuse("its pickle sets an item of what is not a dict");
        for (var i = 0; i < values.Length; i += 2)
            dict.Items.Add(new(values[i], values[i + 1]));
    }

    private void Reduce(object?[] call)
    {
        if (call is not [PickleCallable callable, object?[] arguments])
            throw file.Refuse("its pickle calls what is not a function");
        stack.Add(globals.Call(callable, arguments));
    }

    /// <summary>Drops the state, which an OrderedDict has only for <c>_metadata</c>.</summary>
    private void Build(object? state)
    {
        if (Top() is not PickleDict || state is not PickleDict)
            throw file.Refuse("its pickle gives a state to what is not an OrderedDict");
    }

    private object? Top() => stack.Count > Floor ? stack[^1] : throw Underflow();

    private object?[] Pop(int count)
    {
        if (stack.Count - Floor < count)
            throw Underflow();
        var values = stack.GetRange(stack.Count - count, count).ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (!marks.TryPop(out var mark))
            throw Underflow();
        return Pop(stack.Count - mark);
    }

    private object? PopLast()
    {
        if (marks.Count != 0 || stack.Count != 1)
            throw file.Refuse("its pickle ends with other than one object");
        return stack[0];
    }

    private int Floor => marks.TryPeek(out var mark) ? mark : 0;

    private InputException Underflow() => file.Refuse("its pickle takes what it never gave");

    private void Charge(int count)
    {
        steps += count;
        if (steps > MaxSteps)
            throw file.Refuse($"its pickle takes more than {MaxSteps} steps");
    }
}
