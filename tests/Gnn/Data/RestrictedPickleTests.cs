using GraphTune.Gnn.Data;
using NUnit.Framework;
using static GraphTune.Tests.PickleBuilder;

namespace GraphTune.Tests;

public sealed class RestrictedPickleTests
{
    private static object? Load(string text) => new RestrictedPickle(Latin1(text), "toy.pkl").Load();

    private static string Refused(string text) => Assert.Throws<InvalidDataException>(() => Load(text))!.Message;

    // Each as Python's pickle.dumps writes it, in the protocol named.
    [TestCase("I42\n.", 42L, TestName = "Protocol 0: a number")]
    [TestCase("I01\n.", true, TestName = "Protocol 0: a truth value")]
    [TestCase("L-7L\n.", -7L, TestName = "Protocol 0: a long")]
    [TestCase("F1.5\n.", 1.5, TestName = "Protocol 0: a float")]
    [TestCase("S'a\\n\\xe9\\'b'\n.", "a\n\u00e9'b", TestName = "Protocol 0: a string with escapes")]
    [TestCase("Va\\u20ac\\U0001f600\n.", "a€😀", TestName = "Protocol 0: text with escapes")]
    [TestCase("K\u00ff.", 255L, TestName = "Protocol 1: one byte")]
    [TestCase("J\u00fe\u00ff\u00ff\u00ff.", -2L, TestName = "Protocol 1: four bytes, signed")]
    [TestCase("G?\u00f8\0\0\0\0\0\0.", 1.5, TestName = "Protocol 1: a double")]
    [TestCase("\u0080\u0002\u008a\u0005\0\0\0\0\u0001.", 1L << 32, TestName = "Protocol 2: a long")]
    [TestCase("\u0080\u0002\u008a\u0001\u00ff.", -1L, TestName = "Protocol 2: a negative long")]
    [TestCase("\u0080\u0002\u0089.", false, TestName = "Protocol 2: a truth value")]
    [TestCase("\u0080\u0003X\u0003\0\0\0\u00e2\u0082\u00ac.", "€", TestName = "Protocol 3: text")]
    [TestCase("\u0080\u0004\u0095\u0005\0\0\0\0\0\0\0\u008c\u0001a\u0094.", "a", TestName = "Protocol 4: framed text")]
    public void Scalars_of_every_protocol_are_read(string pickle, object value) => Assert.That(Load(pickle), Is.EqualTo(value));

    [TestCase("(lp0\nI1\naI2\na.", TestName = "A list in protocol 0")]
    [TestCase("]q\0(K\u0001K\u0002e.", TestName = "A list in protocol 1")]
    [TestCase("\u0080\u0002c__builtin__\nlist\n(K\u0001K\u0002t\u0085R.", TestName = "A list made by calling list")]
    public void Lists_are_lists(string pickle) => Assert.That(Load(pickle), Is.EqualTo(new object[] { 1L, 2L }));

    [TestCase("(dp0\nS'a'\nI1\ns.")]
    [TestCase("}(U\u0001aK\u0001u.")]
    [TestCase("ccollections\nOrderedDict\n(((U\u0001aK\u0001tltR.")]
    [TestCase("ccollections\nOrderedDict\n)R(U\u0001aK\u0001u}U\u0009_metadataNsb.")]
    public void Dictionaries_of_every_flavour_are_dictionaries(string pickle)
    {
        var dictionary = (OrderedDictionary<object, object?>)Load(pickle)!;

        Assert.That(dictionary, Has.Count.EqualTo(1));
        Assert.That(dictionary["a"], Is.EqualTo(1L));
    }

    [Test]
    public void Bytes_of_Python_3_are_bytes()
    {
        Assert.That(Load("\u0080\u0003C\u0002\u0001\u00ff."), Is.EqualTo(new byte[] { 1, 255 }));
        Assert.That(Load("\u0080\u0002c_codecs\nencode\nX\u0003\0\0\0\u0001\u00c3\u00bfX\u0006\0\0\0latin1\u0086R."), Is.EqualTo(new byte[] { 1, 255 }));
    }

    [Test]
    public void Memo_and_sets_and_tuples_work_together()
    {
        var value = (object?[])Load("\u0080\u0004\u008f(K\u0001K\u0002K\u0001\u0090\u0094(K\u0003\u0091h\0\u0087.")!;

        Assert.That(value[0], Is.EquivalentTo(new object[] { 1L, 2L }));
        Assert.That(value[1], Is.EquivalentTo(new object[] { 3L }));
        Assert.That(value[2], Is.SameAs(value[0]));
    }

    [Test]
    public void A_pickle_that_calls_os_system_is_refused_by_name()
    {
        Assert.That(Refused("cos\nsystem\n(S'echo hello'\ntR."), Is.EqualTo("toy.pkl: pickle opcode GLOBAL at byte 0: global 'os.system' is refused; only data is read from a pickle, never code."));
        Assert.That(Refused("\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093\u008c\u0004echo\u0085R."), Does.Contain("opcode STACK_GLOBAL at byte 17: global 'posix.system'"));
        Assert.That(Refused("(S'echo'\nios\nsystem\n."), Does.Contain("opcode INST at byte 9: this opcode is not allowed"));
    }

    [TestCase("c__builtin__\neval\n.", "global '__builtin__.eval' is refused")]
    [TestCase("c__builtin__\ngetattr\n.", "global '__builtin__.getattr' is refused")]
    [TestCase("\u0082\u0001.", "opcode EXT1 at byte 0: this opcode is not allowed")]
    [TestCase("\u0097.", "opcode NEXT_BUFFER at byte 0")]
    [TestCase("Pid\n.", "opcode PERSID at byte 0: persistent ids are refused")]
    [TestCase("\u0080\u0006N.", "protocol 6; 0 to 5 are known")]
    [TestCase("\u00fe.", "byte 0xfe is no opcode")]
    [TestCase("h\u0005.", "memo 5 was never stored")]
    [TestCase("a.", "the stack is empty")]
    [TestCase("e.", "there is no mark")]
    [TestCase("(.", "a value is wanted, found a mark")]
    [TestCase("K\u0001K\u0002a.", "a list is wanted below the items")]
    [TestCase("}(K\u0001u.", "a key has no value")]
    [TestCase("})Ns.", "a key must be text or a number")]
    [TestCase("K\u0001)R.", "a global is wanted")]
    [TestCase("NN.", "1 values are left below the result")]
    [TestCase("Iabc\n.", "'abc' is not a whole number")]
    [TestCase("X\u0001\0\0\0\u00ff.", "the text is not UTF-8")]
    [TestCase("T\u00ff\u00ff\u00ff\u007f.", "truncated: 2147483647 bytes wanted, 1 left")]
    [TestCase("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.", "truncated: -1 bytes wanted, 1 left")]
    [TestCase("\u008b\u0000\u0001\0\0.", "a number of 256 bytes")]
    [TestCase("K\u0001", "pickle at byte 2: truncated: 1 bytes wanted, 0 left")]
    public void What_is_not_data_is_one_clear_line(string pickle, string line) =>
        Assert.That(Refused(pickle), Does.StartWith("toy.pkl: pickle").And.Contain(line).And.Not.Contain('\n'));

    [Test]
    public void Nesting_is_bounded() => Assert.That(Refused(new string('(', 2000)), Does.Contain("more than 1000 levels"));

    [Test]
    public void Copies_are_bounded_by_the_size_of_the_file()
    {
        var list = "](" + string.Concat(Enumerable.Repeat("N", 10_000)) + "eq\0";
        var copies = string.Concat(Enumerable.Repeat("0c__builtin__\nlist\nh\0\u0085R", 1_000));

        Assert.That(Refused("\u0080\u0002" + list + copies + "."), Does.Contain("copies of"));
    }

    [Test]
    public void A_persistent_id_goes_to_the_callback()
    {
        var rules = PickleRules.Numpy with { PersistentLoad = id => $"storage {id}" };

        var value = new RestrictedPickle(Latin1("K\u0007Q."), "toy.pkl", rules).Load();

        Assert.That(value, Is.EqualTo("storage 7"));
    }

    [Test]
    public void Several_pickles_in_a_row_are_read_one_by_one()
    {
        var pickle = new RestrictedPickle(Latin1("K\u0001.K\u0002."), "toy.pkl");

        Assert.That((pickle.Load(), pickle.Load(), pickle.Position), Is.EqualTo(((object?)1L, (object?)2L, 6)));
    }

    [Test]
    public void Any_flipped_byte_reads_or_is_one_clear_line()
    {
        var whole = Pickle(Diagonal(3, 3));
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var mask in new byte[] { 1, 0x10, 0x80, 0xff })
            {
                var broken = (byte[])whole.Clone();
                broken[at] ^= mask;
                try
                {
                    NumpyPickle.Csr(new RestrictedPickle(broken, "toy.pkl").Load(), "toy.pkl");
                }
                catch (InvalidDataException error)
                {
                    Assert.That(error.Message, Does.Not.Contain('\n'));
                }
            }
        }
    }
}
